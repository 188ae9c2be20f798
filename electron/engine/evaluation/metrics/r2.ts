import { mean } from '../../numerics/index.ts'
import type { Metric } from './metric.ts'

export const r2: Metric = {
  id: 'r2',
  help: 'Share of the variance of the target that is explained; 0 is as good as the mean. Undefined for a constant target.',
  prepare({ errors, truth, rows }) {
    const center = mean(truth)
    const shifted = truth.map(value => value - center)
    const squares = shifted.map(value => value * value)
    const errorSquares = errors.map(error => error * error)
    // Below this the truth of a sample is constant but for rounding.
    const least = 1e-24 * Math.max(center * center, mean(squares))
    const isConstant = rows === 0 || truth.every(value => value === truth[0])
    return sample => {
      const spread = sample.mean(squares) - sample.mean(shifted) ** 2
      return isConstant || spread <= least ? null : 1 - sample.mean(errorSquares) / spread
    }
  },
}
