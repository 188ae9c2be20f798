import type { Metric } from './metric.ts'

export const balancedAccuracy: Metric = {
  id: 'balanced-accuracy',
  help: 'Mean over the classes that have rows of the share of their rows that is recognised.',
  prepare: () => sample => {
    const { actual, hits } = sample.classCounts
    let sum = 0
    let classes = 0
    actual.forEach((count, k) => {
      if (!count) return
      sum += hits[k]! / count
      classes += 1
    })
    return classes ? sum / classes : null
  },
}
