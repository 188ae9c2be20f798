import { apply, type Operator, type Value } from '../value.ts'
import { exp } from './exp.ts'
import { log } from './log.ts'
import { mul } from './mul.ts'
import { reduceMax } from './reduce-max.ts'
import { reduceSum } from './reduce-sum.ts'
import { sub } from './sub.ts'

/** Logarithm of the softmax along `axis`, without overflow. Its gradient is g − softmax · Σ g. */
export const LogSoftmax: Operator = {
  id: 'LogSoftmax',
  infer: ([value]) => ({ type: value!.type, shape: value!.shape }),
  decompose([value], { axis }) {
    const below = sub(value!, reduceMax(value!, [axis as number], true))
    return sub(below, log(reduceSum(exp(below), [axis as number], true)))
  },
  gradient({ attributes, output, gradient }) {
    const total = reduceSum(gradient, [attributes.axis as number], true)
    return [sub(gradient, mul(exp(output), total))]
  },
  examples: [
    { inputs: [{ shape: [3, 4] }], attributes: { axis: -1 } },
    { inputs: [{ shape: [2, 3, 2] }], attributes: { axis: 1 } },
  ],
}
export const logSoftmax = (value: Value, axis = -1): Value => apply(LogSoftmax, [value], { axis })
