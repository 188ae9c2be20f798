import { broadcastShapes } from '../shapes.ts'
import { sumTo } from '../sum-to.ts'
import { apply, type Operator, scalar, sizeOf, type Value } from '../value.ts'
import { broadcastExamples, inferBroadcast } from './broadcast.ts'
import { Expand } from './expand.ts'
import { Neg } from './neg.ts'
import { reshape } from './reshape.ts'

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

/** Nothing is multiplied by 1, a sign goes into a constant, and a number is not spread over a tensor that it multiplies: to the bit the same. */
export const mul = (one: Value, other: Value): Value =>
  simpler(one, other) ?? simpler(other, one) ?? apply(Mul, [one, other])

function simpler(value: Value, factor: Value): Value | null {
  const { source } = factor
  if (source.kind === 'constant' && source.data.length === 1) {
    const fits = broadcastShapes(value.shape, factor.shape).join() === value.shape.join()
    if (source.data[0] === 1 && fits) return value
    const isNegative = value.source.kind === 'operator' && value.source.operator === Neg
    return isNegative && fits ? mul(value.source.inputs[0]!, scalar(value, -source.data[0]!)) : null
  }
  if (source.kind !== 'operator' || source.operator !== Expand || factor.shape.join() !== value.shape.join())
    return null
  const narrow = source.inputs[0]!
  return mul(value, sizeOf(narrow.shape) === 1 ? reshape(narrow, []) : narrow)
}
