import { apply, type Operator, scalar, type Value } from '../value.ts'
import { ones } from './cast.ts'
import { greater } from './greater.ts'
import { inferUnary, unaryExamples } from './unary.ts'

/** So steep that every number above 0, but for denormal ones, is past its end. */
const steepness = 3e38

/** 1 where x > 0, otherwise 0: one pass over the numbers, where comparing and casting are two. Constant almost everywhere. */
export const HardSigmoid: Operator = {
  id: 'HardSigmoid',
  float32Only: true,
  infer: inferUnary,
  emit: (graph, inputs) => graph.node('HardSigmoid', inputs, { alpha: { float: steepness }, beta: { float: 0 } }),
  decompose: ([value]) => ones(greater(value!, scalar(value!, 0)), value!),
  gradient: () => [null],
  examples: unaryExamples(),
}
export const isPositive = (value: Value): Value => apply(HardSigmoid, [value])
