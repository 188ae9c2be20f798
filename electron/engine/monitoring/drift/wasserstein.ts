import { type DriftStatistic, inverseRows, sum } from './statistic.ts'

/** Mean and standard deviation (n in the divisor) of values that lie at the lower ends of their bins. */
function spread(counts: readonly number[], lowerEnds: readonly number[]): number {
  const rows = sum(counts)
  const mean = counts.reduce((total, count, i) => total + count * lowerEnds[i]!, 0) / rows
  const square = counts.reduce((total, count, i) => total + count * (lowerEnds[i]! - mean) ** 2, 0)
  return Math.sqrt(square / rows)
}

/**
 * Earth mover's distance in standard deviations of the reference. Values are taken to lie at their bin's lower end: exact
 * where each distinct value has its own bin, within a bin's width otherwise.
 */
export const wasserstein: DriftStatistic = {
  id: 'wasserstein',
  name: 'Wasserstein distance, normalised',
  help: 'How far the values moved on average, in standard deviations of the training rows.',
  kinds: ['number'],
  measure: 'distance',
  bins: 'fine',
  defaultThreshold: 0.1,
  // A bound for one-humped data: the gap of the cumulative shares (Kolmogorov's 99.9 %) over about two deviations.
  noise: pair => 2 * 1.9495 * Math.sqrt(inverseRows(pair)),
  compute(pair) {
    const { reference, current, lowerEnds } = pair
    const referenceRows = sum(reference)
    const currentRows = sum(current)
    if (!lowerEnds || !referenceRows || !currentRows) return 0
    let gap = 0
    let moved = 0
    for (let i = 0; i + 1 < reference.length; i += 1) {
      gap += reference[i]! / referenceRows - current[i]! / currentRows
      moved += Math.abs(gap) * (lowerEnds[i + 1]! - lowerEnds[i]!)
    }
    return moved / Math.max(spread(reference, lowerEnds), 0.001)
  },
}
