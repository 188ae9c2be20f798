import { chiSquare999 } from './chi-square-tail.ts'
import { type DriftStatistic, inverseRows, sum, usedBins } from './statistic.ts'

/** Jensen–Shannon distance: the square root of the divergence, natural logarithm; 0 to √ln 2 ≈ 0.833. */
export const jensenShannon: DriftStatistic = {
  id: 'jensen-shannon',
  name: 'Jensen–Shannon distance',
  help: 'How far two distributions lie from their average; bounded, and at ease with empty bins.',
  kinds: ['number', 'category'],
  measure: 'distance',
  bins: 'coarse',
  defaultThreshold: 0.1,
  noise: pair => Math.sqrt((chiSquare999(usedBins(pair) - 1) * inverseRows(pair)) / 8),
  compute(pair) {
    const referenceRows = sum(pair.reference)
    const currentRows = sum(pair.current)
    if (!referenceRows || !currentRows) return 0
    let divergence = 0
    for (let i = 0; i < pair.reference.length; i += 1) {
      const r = pair.reference[i]! / referenceRows
      const c = pair.current[i]! / currentRows
      const middle = (r + c) / 2
      if (r > 0) divergence += (r * Math.log(r / middle)) / 2
      if (c > 0) divergence += (c * Math.log(c / middle)) / 2
    }
    return Math.sqrt(Math.max(0, divergence))
  },
}
