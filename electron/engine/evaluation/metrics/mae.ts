import type { Metric } from './metric.ts'

export const mae: Metric = {
  id: 'mae',
  help: 'Mean absolute error, in the unit of the target.',
  prepare({ errors }) {
    const sizes = errors.map(Math.abs)
    return sample => sample.mean(sizes)
  },
}
