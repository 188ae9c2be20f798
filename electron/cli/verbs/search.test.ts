import { expect, test } from 'vitest'
import type { Search, Trial } from '../../../shared/model/search.ts'
import { searchText } from './search.ts'

/** The trials in the order in which they are told. */
function told(metric: string | null, scores: (number | null)[]): string[] {
  const trials = scores.map((score, i) => ({
    trial: i,
    algorithm: `a${i}`,
    score,
    share: 1,
    seconds: 1,
    parameters: {},
  }))
  const text = searchText({ metric, findings: [], runs: [] } as unknown as Search, trials as unknown as Trial[])
  return [...text.matchAll(/\ba\d\b/g)].map(([name]) => name)
}

test('trials are told best first, by what is better in their metric', () => {
  expect(told('auc', [0.6, 0.9, null, 0.7])).toEqual(['a1', 'a3', 'a0'])
  expect(told('accuracy', [0.6, 0.9, 0.7])).toEqual(['a1', 'a2', 'a0'])
  expect(told('log-loss', [0.6, 0.9, 0.5])).toEqual(['a2', 'a0', 'a1'])
})
