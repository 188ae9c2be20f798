import { apply, type Operator, scalar, type Value } from '../value.ts'
import { ones } from './cast.ts'
import { greater } from './greater.ts'
import { mul } from './mul.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** max(x, 0). Its gradient is g where x > 0, otherwise 0 (also at 0). */
export const Relu: Operator = {
  id: 'Relu',
  infer: inferUnary,
  gradient: ({ output, gradient }) => [mul(gradient, ones(greater(output, scalar(output, 0)), gradient))],
  examples: unaryExamples(),
}
export const relu = (value: Value): Value => apply(Relu, [value])
