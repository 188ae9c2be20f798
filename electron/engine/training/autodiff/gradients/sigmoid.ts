import { apply, type Operator, scalar, type Value } from '../value.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** s = 1 / (1 + e⁻ˣ). Its gradient is g · s · (1 − s). */
export const Sigmoid: Operator = {
  id: 'Sigmoid',
  infer: inferUnary,
  gradient: ({ output, gradient }) => [mul(gradient, mul(output, sub(scalar(gradient, 1), output)))],
  examples: unaryExamples(),
}
export const sigmoid = (value: Value): Value => apply(Sigmoid, [value])
