import { apply, type Operator, type Value } from '../value.ts'
import { mul } from './mul.ts'
import { reduceSum } from './reduce-sum.ts'
import { sub } from './sub.ts'

/** eˣ / Σ eˣ along `axis`. Its gradient is y · (g − Σ g · y). */
export const Softmax: Operator = {
  id: 'Softmax',
  infer: ([value]) => ({ type: value!.type, shape: value!.shape }),
  gradient({ attributes, output, gradient }) {
    const total = reduceSum(mul(gradient, output), [attributes.axis as number], true)
    return [mul(output, sub(gradient, total))]
  },
  examples: [
    { inputs: [{ shape: [3, 4] }], attributes: { axis: -1 } },
    { inputs: [{ shape: [2, 3, 2] }], attributes: { axis: 1 } },
  ],
}
export const softmax = (value: Value, axis = -1): Value => apply(Softmax, [value], { axis })
