import { apply, type Operator, type Value } from '../value.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** −x. */
export const Neg: Operator = {
  id: 'Neg',
  infer: inferUnary,
  gradient: ({ gradient }) => [negate(gradient)],
  examples: unaryExamples(),
}
export const negate = (value: Value): Value => apply(Neg, [value])
