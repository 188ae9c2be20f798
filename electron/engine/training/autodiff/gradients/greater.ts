import { broadcastShapes, requireSameType } from '../shapes.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { broadcastExamples } from './broadcast.ts'

/** a > b as booleans, broadcast. Constant almost everywhere: no gradient. */
export const Greater: Operator = {
  id: 'Greater',
  infer(inputs) {
    const [one, other] = inputs as [Value, Value]
    requireSameType('Greater', inputs)
    return { type: 'bool', shape: broadcastShapes(one.shape, other.shape) }
  },
  gradient: null,
  examples: broadcastExamples(),
}
export const greater = (one: Value, other: Value): Value => apply(Greater, [one, other])
