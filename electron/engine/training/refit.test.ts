import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Pcg32 } from '../numerics/index.ts'
import { readBundle } from '../runtime/index.ts'
import { answersTo, meanOfSettled } from './refit.ts'
import { trainIn, writeData } from './train-fixture.ts'

const rows = 300
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-refit-'))
  const random = new Pcg32(2)
  const x = Float64Array.from({ length: rows }, () => random.nextGaussian())
  const y = x.map(value => Number(value + 0.7 * random.nextGaussian() > 0))
  await writeData(folder, {
    rows,
    columns: [
      { name: 'x', type: 'number', kind: 'numeric', values: x },
      { name: 'y', type: 'integer', kind: 'numeric', values: y },
    ],
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const modelOf = async (out: string) => readFile((await readBundle(join(out, 'bundle'))).modelPath)
const train = (algorithm: string, change: Partial<Parameters<typeof trainIn>[1]> = {}) =>
  trainIn(folder, { algorithm, target: 'y', ...change })

test('nearest neighbours that learn from the validation rows as well hold them, and are validated as before', async () => {
  const first = await train('nearest-neighbours')
  const last = await train('nearest-neighbours', { refit: true })
  expect(last.trained.validationMetrics).toEqual(first.trained.validationMetrics)
  // Each row of training is in the model: two columns of float32 and an answer of two classes at the least.
  const added = last.trained.rows!.validation
  expect((await modelOf(last.out)).length - (await modelOf(first.out)).length).toBeGreaterThanOrEqual(added * 4)
  expect((await readBundle(join(last.out, 'bundle'))).provenance.refit).toBe(true)
  expect((await readBundle(join(first.out, 'bundle'))).provenance.refit).toBeUndefined()
})

test.each([0, 3])(
  'boosting and a network learn for as long as before, blended and recalibrated too, with %s folds',
  async folds => {
    const boosting = { algorithm: 'gradient-boosting', parameters: { rounds: 40 } }
    const network = { algorithm: 'neural-network', parameters: { layers: [8], epochs: 30 } }
    const members = JSON.stringify([boosting, network])
    for (const [algorithm, parameters] of [
      ['gradient-boosting', boosting.parameters],
      ['blend', { members }],
    ] as const) {
      const asked = { parameters, folds, recalibration: 'sigmoid' as const, refit: true }
      const once = await train(algorithm, asked)
      const again = await train(algorithm, asked)
      expect((await modelOf(again.out)).equals(await modelOf(once.out))).toBe(true)
      expect(once.trained.metrics.auc).toBeGreaterThan(0.75)
      expect(once.trained.warnings.join()).not.toContain('did not learn from them')
    }
  },
)

test('what needs the validation rows to be fitted does not learn from them, and says so', async () => {
  const first = await train('linear-svm')
  const last = await train('linear-svm', { refit: true })
  expect((await modelOf(last.out)).equals(await modelOf(first.out))).toBe(true)
  expect(last.trained.warnings.join()).toContain('did not learn from them')
})

test('settings are averaged over folds, and none where a fold has none; answers are found in whichever fold held the row', () => {
  expect(
    meanOfSettled([
      { rounds: 3, patience: 0 },
      { rounds: 6, patience: 0 },
    ]),
  ).toEqual({ rounds: 4.5, patience: 0 })
  expect(meanOfSettled([{ rounds: 3 }, null])).toBeNull()
  expect(meanOfSettled([])).toBeNull()
  const parts = [Int32Array.of(2, 5), Int32Array.of(1, 7)]
  const answers = [Float32Array.of(0.1, 0.9, 0.2, 0.8), Float32Array.of(0.3, 0.7, 0.4, 0.6)]
  expect(answersTo(Int32Array.of(5, 7), { parts, answers })).toEqual(Float32Array.of(0.2, 0.8, 0.4, 0.6))
  expect(answersTo(Int32Array.of(5, 8), { parts, answers })).toBeNull()
})
