import { apply, type Operator, scalar, type Value } from '../value.ts'
import { divide } from './div.ts'
import { mul } from './mul.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** √x. Its gradient is g / (2 · √x). */
export const Sqrt: Operator = {
  id: 'Sqrt',
  infer: inferUnary,
  gradient: ({ output, gradient }) => [divide(mul(gradient, scalar(gradient, 0.5)), output)],
  examples: unaryExamples({ from: 0.3, to: 3 }),
}
export const sqrt = (value: Value): Value => apply(Sqrt, [value])
