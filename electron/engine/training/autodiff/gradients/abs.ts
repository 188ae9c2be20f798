import { apply, type Operator, scalar, type Value } from '../value.ts'
import { greater } from './greater.ts'
import { negate } from './neg.ts'
import { inferUnary, unaryExamples } from './unary.ts'
import { where } from './where.ts'

/** |x|. Its gradient is g · sign(x), −g at 0. */
export const Abs: Operator = {
  id: 'Abs',
  infer: inferUnary,
  gradient: ({ inputs, gradient }) => [where(greater(inputs[0]!, scalar(gradient, 0)), gradient, negate(gradient))],
  examples: unaryExamples(),
}
export const abs = (value: Value): Value => apply(Abs, [value])
