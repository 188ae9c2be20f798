import { chiSquare999 } from './chi-square-tail.ts'
import { type DriftStatistic, inverseRows, sum, usedBins } from './statistic.ts'

/** Hellinger distance: √(1 − Σ √(r·c)), 0 to 1. */
export const hellinger: DriftStatistic = {
  id: 'hellinger',
  name: 'Hellinger distance',
  help: 'Distance of the square roots of the shares, 0 to 1; more alert to rare bins than total variation.',
  kinds: ['number', 'category'],
  measure: 'distance',
  bins: 'coarse',
  defaultThreshold: 0.1,
  noise: pair => Math.min(1, Math.sqrt((chiSquare999(usedBins(pair) - 1) * inverseRows(pair)) / 8)),
  compute(pair) {
    const referenceRows = sum(pair.reference)
    const currentRows = sum(pair.current)
    if (!referenceRows || !currentRows) return 0
    const overlap = pair.reference.reduce((total, count, i) => total + Math.sqrt(count * pair.current[i]!), 0)
    return Math.sqrt(Math.max(0, 1 - overlap / Math.sqrt(referenceRows * currentRows)))
  },
}
