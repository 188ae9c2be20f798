import { apply, type Operator, type Value } from '../value.ts'
import { isPositive } from './hard-sigmoid.ts'
import { mul } from './mul.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** max(x, 0). Its gradient is g where x > 0, otherwise 0 (also at 0). */
export const Relu: Operator = {
  id: 'Relu',
  infer: inferUnary,
  gradient: ({ output, gradient }) => [mul(gradient, isPositive(output))],
  examples: unaryExamples(),
}
export const relu = (value: Value): Value => apply(Relu, [value])
