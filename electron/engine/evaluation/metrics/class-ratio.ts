import type { ClassCounts } from '../sample.ts'
import type { Statistic } from './metric.ts'

/**
 * A ratio of counts a class. Two classes: that of the positive one, undefined where its denominator is 0. More: the mean over the
 * classes that have rows or are predicted, 0 for a class whose denominator is 0 (as scikit-learn's `average='macro'`).
 */
export function classRatio(ratio: (counts: ClassCounts, k: number) => [number, number]): Statistic {
  return sample => {
    const counts = sample.classCounts
    if (sample.rows.hasPositive) {
      const [numerator, denominator] = ratio(counts, 1)
      return denominator ? numerator / denominator : null
    }
    let sum = 0
    let classes = 0
    for (let k = 0; k < counts.actual.length; k += 1) {
      if (!counts.actual[k] && !counts.predicted[k]) continue
      const [numerator, denominator] = ratio(counts, k)
      sum += denominator ? numerator / denominator : 0
      classes += 1
    }
    return classes ? sum / classes : null
  }
}
