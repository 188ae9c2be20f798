import { sumTo } from '../sum-to.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { broadcastExamples, inferBroadcast } from './broadcast.ts'
import { negate } from './neg.ts'

/** a − b, broadcast. */
export const Sub: Operator = {
  id: 'Sub',
  infer: inputs => inferBroadcast('Sub', inputs),
  gradient({ inputs, gradient }) {
    const [one, other] = inputs as [Value, Value]
    return [sumTo(gradient, one.shape), sumTo(negate(gradient), other.shape)]
  },
  examples: broadcastExamples(),
}
export const sub = (one: Value, other: Value): Value => apply(Sub, [one, other])
