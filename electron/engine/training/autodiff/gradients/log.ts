import { apply, type Operator, type Value } from '../value.ts'
import { divide } from './div.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** Natural logarithm. Its gradient is g / x. */
export const Log: Operator = {
  id: 'Log',
  infer: inferUnary,
  gradient: ({ inputs, gradient }) => [divide(gradient, inputs[0]!)],
  examples: unaryExamples({ from: 0.3, to: 3 }),
}
export const log = (value: Value): Value => apply(Log, [value])
