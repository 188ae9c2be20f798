import { sumTo } from '../sum-to.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { broadcastExamples, inferBroadcast } from './broadcast.ts'

/** a + b, broadcast. Its gradient goes to both, summed over broadcast axes. */
export const Add: Operator = {
  id: 'Add',
  infer: inputs => inferBroadcast('Add', inputs),
  gradient({ inputs, gradient }) {
    const [one, other] = inputs as [Value, Value]
    return [sumTo(gradient, one.shape), sumTo(gradient, other.shape)]
  },
  examples: broadcastExamples(),
}
export const add = (one: Value, other: Value): Value => apply(Add, [one, other])
