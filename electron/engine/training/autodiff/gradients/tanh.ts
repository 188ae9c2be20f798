import { apply, type Operator, scalar, type Value } from '../value.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** Hyperbolic tangent. Its gradient is g · (1 − tanh² x). */
export const Tanh: Operator = {
  id: 'Tanh',
  infer: inferUnary,
  gradient: ({ output, gradient }) => [mul(gradient, sub(scalar(gradient, 1), mul(output, output)))],
  examples: unaryExamples(),
}
export const tanh = (value: Value): Value => apply(Tanh, [value])
