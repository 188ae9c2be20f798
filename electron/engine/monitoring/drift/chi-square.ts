import { chiSquareTail } from './chi-square-tail.ts'
import { type DriftStatistic, sum } from './statistic.ts'

/**
 * Two-sample chi-square test of equal distributions: the probability of a difference at least this large by chance.
 * Both samples' noise is in it (a one-sample test against the training shares would reject too often).
 */
export const chiSquare: DriftStatistic = {
  id: 'chi-square',
  name: 'Chi-square probability',
  help: 'Probability that counts differ this much by chance; with very many rows any difference becomes improbable.',
  kinds: ['number', 'category'],
  measure: 'probability',
  bins: 'coarse',
  defaultThreshold: 0.001,
  noise: () => 0,
  compute(pair) {
    const referenceRows = sum(pair.reference)
    const currentRows = sum(pair.current)
    const rows = referenceRows + currentRows
    if (!referenceRows || !currentRows) return 1
    let statistic = 0
    let used = 0
    for (let i = 0; i < pair.reference.length; i += 1) {
      const reference = pair.reference[i]!
      const current = pair.current[i]!
      const both = reference + current
      if (!both) continue
      used += 1
      const expectedReference = (both * referenceRows) / rows
      const expectedCurrent = (both * currentRows) / rows
      statistic += (reference - expectedReference) ** 2 / expectedReference
      statistic += (current - expectedCurrent) ** 2 / expectedCurrent
    }
    return chiSquareTail(statistic, used - 1)
  },
}
