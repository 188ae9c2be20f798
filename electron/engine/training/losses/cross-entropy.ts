import { logSoftmax, mul, negate, reduceSum, softmax } from '../autodiff/index.ts'
import type { Loss } from './loss.ts'

/** −Σ t · log softmax(z), in nats, for classes that exclude each other; two classes are two columns. */
export const crossEntropy: Loss = {
  id: 'cross-entropy',
  total: (outputs, targets) => negate(reduceSum(mul(targets, logSoftmax(outputs)))),
  head: outputs => softmax(outputs),
}
