import { chiSquare999 } from './chi-square-tail.ts'
import { type DriftStatistic, inverseRows, sum, usedBins } from './statistic.ts'

/** Population stability index: Σ (r − c)·ln(r / c) over shares. An empty bin counts as half a row, so that the logarithm holds. */
export const psi: DriftStatistic = {
  id: 'psi',
  name: 'Population stability index',
  help: 'Below 0.1 the populations are taken as the same; above 0.25 they differ plainly.',
  kinds: ['number', 'category'],
  measure: 'distance',
  bins: 'coarse',
  defaultThreshold: 0.1,
  noise: pair => chiSquare999(usedBins(pair) - 1) * inverseRows(pair),
  compute(pair) {
    const referenceRows = sum(pair.reference)
    const currentRows = sum(pair.current)
    if (!referenceRows || !currentRows) return 0
    let index = 0
    for (let i = 0; i < pair.reference.length; i += 1) {
      const reference = pair.reference[i]!
      const current = pair.current[i]!
      if (!reference && !current) continue
      const r = (reference || 0.5) / referenceRows
      const c = (current || 0.5) / currentRows
      index += (r - c) * Math.log(r / c)
    }
    return index
  },
}
