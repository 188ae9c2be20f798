import { apply, type Operator, type Value } from '../value.ts'
import { mul } from './mul.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** eˣ. Its gradient is g · eˣ. */
export const Exp: Operator = {
  id: 'Exp',
  infer: inferUnary,
  gradient: ({ output, gradient }) => [mul(gradient, output)],
  examples: unaryExamples(),
}
export const exp = (value: Value): Value => apply(Exp, [value])
