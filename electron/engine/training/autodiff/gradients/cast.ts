import { apply, type FloatType, type Operator, type Value } from '../value.ts'

/** Truths as ones and zeros: float64 where `double` is 1, else float32. Constant almost everywhere. */
export const Cast: Operator = {
  id: 'Cast',
  infer: ([value], { double }) => ({ type: double ? 'float64' : 'float32', shape: value!.shape }),
  emit: (graph, inputs, { attributes: { double } }) => graph.node('Cast', inputs, { to: { int: double ? 11 : 1 } }),
  gradient: () => [null],
  examples: [{ inputs: [{ shape: [2, 3], truth: true }], attributes: { double: 1 } }],
}
/** 1 where `truths` holds, otherwise 0, in the type of `like`. */
export const ones = (truths: Value, like: Value): Value =>
  apply(Cast, [truths], { double: Number((like.type as FloatType) === 'float64') })
