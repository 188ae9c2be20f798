import { chiSquare999 } from './chi-square-tail.ts'
import { type DriftStatistic, inverseRows, sum, usedBins } from './statistic.ts'

/** Total variation distance: half the summed differences of shares, which is the share of rows that changed bins. */
export const totalVariation: DriftStatistic = {
  id: 'total-variation',
  name: 'Total variation distance',
  help: 'The share of rows that would have to move to another bin, 0 to 1.',
  kinds: ['number', 'category'],
  measure: 'distance',
  bins: 'coarse',
  defaultThreshold: 0.1,
  // TV ≤ ½·√χ² distance of the shares (Cauchy–Schwarz), so this bound is on the safe side.
  noise: pair => Math.min(1, Math.sqrt(chiSquare999(usedBins(pair) - 1) * inverseRows(pair)) / 2),
  compute(pair) {
    const referenceRows = sum(pair.reference)
    const currentRows = sum(pair.current)
    if (!referenceRows || !currentRows) return 0
    const moved = pair.reference.reduce(
      (total, count, i) => total + Math.abs(count / referenceRows - pair.current[i]! / currentRows),
      0,
    )
    return moved / 2
  },
}
