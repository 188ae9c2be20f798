import type { Metric } from './metric.ts'

export const rmse: Metric = {
  id: 'rmse',
  help: 'Root of the mean squared error, in the unit of the target.',
  prepare({ errors }) {
    const squares = errors.map(error => error * error)
    return sample => Math.sqrt(sample.mean(squares))
  },
}
