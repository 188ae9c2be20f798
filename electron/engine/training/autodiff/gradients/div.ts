import { sumTo } from '../sum-to.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { broadcastExamples, inferBroadcast } from './broadcast.ts'
import { mul } from './mul.ts'
import { negate } from './neg.ts'

/** a / b, broadcast. ∂b = −g · (a / b) / b. */
export const Div: Operator = {
  id: 'Div',
  infer: inputs => inferBroadcast('Div', inputs),
  gradient({ inputs, output, gradient }) {
    const [one, other] = inputs as [Value, Value]
    const first = divide(gradient, other)
    return [sumTo(first, one.shape), sumTo(negate(mul(first, output)), other.shape)]
  },
  examples: broadcastExamples({ from: 0.5, to: 2 }),
}
export const divide = (one: Value, other: Value): Value => apply(Div, [one, other])
