import { apply, type Operator, type Value } from '../value.ts'
import { broadcastExamples, inferBroadcast } from './broadcast.ts'

/** Whether a = b, broadcast; no gradient. */
export const Equal: Operator = {
  id: 'Equal',
  infer: inputs => ({ ...inferBroadcast('Equal', inputs), type: 'bool' }),
  gradient: null,
  examples: broadcastExamples(),
}
export const equal = (one: Value, other: Value): Value => apply(Equal, [one, other])
