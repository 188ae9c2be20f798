import { mul, reduceSum, sub } from '../autodiff/index.ts'
import type { Loss } from './loss.ts'

/** Σ (z − t)². */
export const squaredError: Loss = {
  id: 'squared-error',
  total(outputs, targets) {
    const error = sub(outputs, targets)
    return reduceSum(mul(error, error))
  },
  head: outputs => outputs,
}
