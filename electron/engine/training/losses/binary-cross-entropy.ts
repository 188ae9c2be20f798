import { abs, add, exp, log, mul, negate, reduceSum, relu, scalar, sigmoid, sub } from '../autodiff/index.ts'
import type { Loss } from './loss.ts'

/**
 * Σ max(z, 0) − z · t + log(1 + e^−|z|): the cross-entropy of sigmoid(z) without overflow, in nats, for columns that are
 * true or false each by itself.
 */
export const binaryCrossEntropy: Loss = {
  id: 'binary-cross-entropy',
  total(outputs, targets) {
    const tail = log(add(exp(negate(abs(outputs))), scalar(outputs, 1)))
    return reduceSum(add(sub(relu(outputs), mul(outputs, targets)), tail))
  },
  head: outputs => sigmoid(outputs),
}
