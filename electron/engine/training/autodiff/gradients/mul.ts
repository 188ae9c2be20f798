import { sumTo } from '../sum-to.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { broadcastExamples, inferBroadcast } from './broadcast.ts'

/** a · b for each value, broadcast. */
export const Mul: Operator = {
  id: 'Mul',
  infer: inputs => inferBroadcast('Mul', inputs),
  gradient({ inputs, gradient }) {
    const [one, other] = inputs as [Value, Value]
    return [sumTo(mul(gradient, other), one.shape), sumTo(mul(gradient, one), other.shape)]
  },
  examples: broadcastExamples(),
}
export const mul = (one: Value, other: Value): Value => apply(Mul, [one, other])
