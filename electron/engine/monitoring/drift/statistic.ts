/** Two counts over the same bins. The reference is the training rows, the current one the traffic of a window. */
export interface BinnedPair {
  reference: readonly number[]
  current: readonly number[]
  /** For numbers the lower end of each bin, ascending; null for categories and for bins that have no order. */
  lowerEnds: readonly number[] | null
}

/** One way to tell how far two binned distributions lie apart. One file, one line in `index.ts`. */
export interface DriftStatistic {
  id: string
  name: string
  help: string
  kinds: readonly ('number' | 'category')[]
  /** A distance says drift at or above its threshold, a probability below it. */
  measure: 'distance' | 'probability'
  /** Merged to about ten equally filled bins with one for missing values, or all bins of the values alone. */
  bins: 'coarse' | 'fine'
  /** What counts as drift however many rows there are. */
  defaultThreshold: number
  /**
   * The value that data without drift exceeds in about one of a thousand windows with these counts: below it a distance
   * cannot be told from chance. A probability needs none: 0.
   */
  noise(pair: BinnedPair): number
  /** 0 (1 for a probability) where either side is empty. */
  compute(pair: BinnedPair): number
}

/** The threshold that holds for these counts. */
export function thresholdOf(statistic: DriftStatistic, pair: BinnedPair): number {
  const noise = statistic.noise(pair)
  return Number.isFinite(noise) ? Math.max(statistic.defaultThreshold, noise) : statistic.defaultThreshold
}

export function isDrifted(statistic: DriftStatistic, value: number, threshold: number): boolean {
  return statistic.measure === 'distance' ? value >= threshold : value < threshold
}

export function sum(counts: readonly number[]): number {
  let total = 0
  for (const count of counts) total += count
  return total
}

/** Bins that either side has rows in. */
export function usedBins(pair: BinnedPair): number {
  return pair.reference.reduce((used, count, i) => used + (count > 0 || pair.current[i]! > 0 ? 1 : 0), 0)
}

/** 1/n + 1/m, which the variance of every distance here scales with; infinite where a side is empty. */
export function inverseRows(pair: BinnedPair): number {
  return 1 / sum(pair.reference) + 1 / sum(pair.current)
}
