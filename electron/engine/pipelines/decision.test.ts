import { expect, test } from 'vitest'
import { type DecisionInput, decide } from './decision.ts'

const input: DecisionInput = {
  champion: 'cells:1',
  challenger: 'cells:2',
  alias: 'champion',
  metric: 'auc',
  difference: 0.0123,
  interval: [0.004, 0.021],
  verdict: 'better',
  sameDataset: false,
  broken: [],
  rows: 1140,
}

test('better is promoted, and the reason names metric, rows and interval', () => {
  const { decision, reason } = decide(input)
  expect(decision).toBe('promoted')
  for (const part of ['cells:2', 'AUC +0.0123', 'cells:1', '1,140', '0.004 to 0.021', 'champion']) {
    expect(reason).toContain(part)
  }
})

test('worse is never promoted, on whatever rows', () => {
  for (const sameDataset of [true, false]) {
    expect(decide({ ...input, verdict: 'worse', sameDataset })).toMatchObject({ decision: 'stopped' })
  }
})

test('what breaks a pinned check is not promoted, however good it is, and the check is named', () => {
  const broken = ['where town = Linz its log-loss is 0.9 (0.8 to 1) on 120 test rows, and may be 0.5']
  for (const verdict of ['better', 'within noise'] as const) {
    const { decision, reason } = decide({ ...input, verdict, broken })
    expect(decision).toBe('stopped')
    expect(reason).toBe(`cells:2 breaks a pinned check: ${broken[0]}; "champion" stays with cells:1`)
  }
  expect(decide({ ...input, verdict: 'worse', broken }).reason).toContain('is worse')
})

test('within noise is promoted for the newer rows only', () => {
  const noise = {
    ...input,
    verdict: 'within noise' as const,
    difference: -0.001,
    interval: [-0.01, 0.008] as [number, number],
  }
  expect(decide(noise)).toMatchObject({ decision: 'promoted', reason: expect.stringContaining('newer rows') })
  const stopped = decide({ ...noise, sameDataset: true })
  expect(stopped).toMatchObject({ decision: 'stopped', reason: expect.stringContaining('same dataset version') })
})
