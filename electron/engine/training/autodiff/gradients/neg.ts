import { apply, type Operator, scalar, type Value } from '../value.ts'
import { Mul, mul } from './mul.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** −x. */
export const Neg: Operator = {
  id: 'Neg',
  infer: inferUnary,
  gradient: ({ gradient }) => [negate(gradient)],
  examples: unaryExamples(),
}

/** The sign goes into a number that it is multiplied by anyway. */
export function negate(value: Value): Value {
  const { source } = value
  const [one, factor] = source.kind === 'operator' && source.operator === Mul ? source.inputs : []
  const isNumber = factor?.source.kind === 'constant' && factor.source.data.length === 1
  return isNumber ? mul(one!, scalar(one!, -factor.source.data[0]!)) : apply(Neg, [value])
}
