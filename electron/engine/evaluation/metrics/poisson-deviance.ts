import type { Metric } from './metric.ts'

export const poissonDeviance: Metric = {
  id: 'poisson-deviance',
  help: 'Mean of 2 (y log(y / m) − y + m) of counts y and their expected number m; undefined where a y is below 0 or an m not above.',
  prepare({ truth, predictions }) {
    if (truth.some(value => value < 0) || predictions.some(value => value <= 0)) return () => null
    const losses = truth.map((value, row) => {
      const mean = predictions[row]!
      return 2 * ((value > 0 ? value * Math.log(value / mean) : 0) - value + mean)
    })
    return sample => sample.mean(losses)
  },
}
