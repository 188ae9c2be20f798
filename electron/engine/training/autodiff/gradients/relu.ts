import { apply, type Operator, scalar, type Value } from '../value.ts'
import { greater } from './greater.ts'
import { inferUnary, unaryExamples } from './unary.ts'
import { where } from './where.ts'

/** max(x, 0). Its gradient is g where x > 0, otherwise 0 (also at 0). */
export const Relu: Operator = {
  id: 'Relu',
  infer: inferUnary,
  gradient: ({ output, gradient }) => [where(greater(output, scalar(gradient, 0)), gradient, scalar(gradient, 0))],
  examples: unaryExamples(),
}
export const relu = (value: Value): Value => apply(Relu, [value])
