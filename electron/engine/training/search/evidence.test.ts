import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Pcg32 } from '../../numerics/index.ts'
import type { Target } from '../target.ts'
import { blendOf, type Evidence, leave, readEvidence } from './evidence.ts'

const folder = mkdtempSync(join(tmpdir(), 'lathe-evidence-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = 400
const random = new Pcg32(4)
const values = Float64Array.from({ length: rows }, () => random.nextGaussian())
const target: Target = { task: 'regression', classes: [], values, missing: 0 }
const parts = [0, 1].map(fold => Int32Array.from({ length: rows / 2 }, (_, i) => 2 * i + fold))

/** A member that is off by `bias` and by noise of its own, validated in two folds. */
function member(
  name: string,
  bias: number,
  refitSeconds = 1,
  { settled = {}, isScored = true }: { settled?: Evidence['unlearned']['settled']; isScored?: boolean } = {},
) {
  const answers = parts.map(part => Float32Array.from(part, row => values[row]! + bias + 0.3 * random.nextGaussian()))
  const evidence = join(folder, name)
  const folded: Evidence['folded'] = { metrics: { rmse: 1 }, each: [], warnings: [] }
  leave(evidence, { unlearned: { parts, answers, settled }, isScored, folded } satisfies Evidence)
  return { algorithm: name, parameters: { x: 1 }, evidence, refitSeconds }
}
const blended = (members: ReturnType<typeof member>[], seconds = 100) =>
  blendOf(members, { target, metric: 'rmse', seconds })
const names = (found: ReturnType<typeof blended>) =>
  (JSON.parse(found!.parameters.members as string) as { algorithm: string }[]).map(({ algorithm }) => algorithm)

test('members whose errors cancel are weighed, those that add nothing are left out, and the score is the mean over folds', () => {
  const found = blended([member('low', -0.5), member('high', 0.5), member('far', 9)])
  expect(names(found)).toEqual(['low', 'high'])
  expect(found!.score).toBeLessThan(0.3)
  expect(found!.refitSeconds).toBe(2)
  const { folded, unlearned } = found!.evidence
  expect(found!.score).toBeCloseTo((folded.each[0]!.rmse! + folded.each[1]!.rmse!) / 2, 12)
  expect(unlearned.answers.map(({ length }) => length)).toEqual([rows / 2, rows / 2])
})

test('what takes longer to fit again than is left, or cannot be, is no member; one alone is no blend', () => {
  const [low, high, slow] = [member('low', -0.5), member('high', 0.4), member('slow', 0.5, 60)]
  expect(names(blended([low, high, slow], 10))).not.toContain('slow')
  expect(blended([low, slow], 10)).toBeNull()
  expect(blended([low, member('unsettled', 0.5, 1, { settled: null })])).toBeNull()
  expect(blended([])).toBeNull()
  // On rows that the scores are not of, none would compare.
  expect(blended([-0.5, 0.5].map(bias => member(`${bias}`, bias, 1, { isScored: false })))).toBeNull()
})

test('how far ahead of the best member may be chance is told, also of one part of the rows', () => {
  const members = [member('low', -0.5), member('high', 0.5)]
  const { score, error } = blended(members)!
  // A member errs by 0.58, the blend by 0.21, in both folds alike.
  expect(score).toBeLessThan(0.25)
  expect(error).toBeGreaterThan(0)
  expect(error).toBeLessThan(0.05)
  for (const { evidence } of members) {
    const left = readEvidence(evidence)
    const { unlearned } = left
    const one = { ...unlearned, parts: [unlearned.parts[0]!], answers: [unlearned.answers[0]!] }
    leave(evidence, { ...left, unlearned: one, folded: { metrics: null, each: [], warnings: [] } })
  }
  const found = blended(members)!
  expect(found.error).toBeGreaterThan(0)
  expect(found.error).toBeLessThan(0.1)
})

test('probabilities are pooled by their logarithms where that is the surer answer', () => {
  const classes = Float64Array.from({ length: rows }, (_, row) => Number(values[row]! > 0))
  const binary: Target = { task: 'binary', classes: ['no', 'yes'], values: classes, missing: 0 }
  // Each sees the truth through noise of its own: together they are surer than the mean of what they say.
  const members = ['one', 'two', 'three'].map(name => {
    const answers = parts.map(part =>
      Float32Array.from(
        [...part].flatMap(row => {
          const yes = 1 / (1 + Math.exp(-(4 * classes[row]! - 2 + 2 * random.nextGaussian())))
          return [1 - yes, yes]
        }),
      ),
    )
    const folded: Evidence['folded'] = { metrics: { auc: 0.9 }, each: [], warnings: [] }
    const evidence = join(folder, name)
    leave(evidence, { unlearned: { parts, answers, settled: {} }, isScored: true, folded } satisfies Evidence)
    return { algorithm: name, parameters: {}, evidence, refitSeconds: 1 }
  })
  const found = blendOf(members, { target: binary, metric: 'auc', seconds: 100 })
  expect(found!.parameters.pool).toBe('logarithmic')
  expect(found!.score).toBeGreaterThan(0.9)
})

test('what the members settled on stands under their places', () => {
  const found = blended([
    member('trees', -0.5, 1, { settled: { rounds: 12.5 } }),
    member('network', 0.5, 1, { settled: { epochs: 7 } }),
  ])
  expect(found!.evidence.unlearned.settled).toEqual({ '0.rounds': 12.5, '1.epochs': 7 })
})
