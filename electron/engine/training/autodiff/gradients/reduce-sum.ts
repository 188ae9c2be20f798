import { normalAxes, reducedShape } from '../shapes.ts'
import { apply, type Example, type Operator, type Value } from '../value.ts'
import { expand } from './expand.ts'
import { reshape } from './reshape.ts'

/** Axes over which the conformance test reduces; none means all. */
export const reductionExamples: readonly Example[] = [
  { inputs: [{ shape: [2, 3, 4] }], attributes: { axes: [1], keepdims: 0 } },
  { inputs: [{ shape: [2, 3, 4] }], attributes: { axes: [0, -1], keepdims: 1 } },
  { inputs: [{ shape: [2, 3] }], attributes: { axes: [], keepdims: 0 } },
]

/** Sum over `axes` (all where the list is empty). Its gradient is g, spread over the summed axes. */
export const ReduceSum: Operator = {
  id: 'ReduceSum',
  infer([value], { axes, keepdims }) {
    return { type: value!.type, shape: reducedShape(value!.shape, axes as number[], Boolean(keepdims)) }
  },
  emit(graph, inputs, { inputs: [value], attributes: { axes, keepdims } }) {
    const reduced = graph.int64s(normalAxes(axes as number[], value!.shape.length))
    return graph.node('ReduceSum', [...inputs, reduced], { keepdims: { int: keepdims as number } })
  },
  gradient: ({ inputs, attributes, gradient }) => [spread(gradient, inputs[0]!, attributes.axes as number[])],
  examples: reductionExamples,
}
export const reduceSum = (value: Value, axes: readonly number[] = [], keepAxes = false): Value =>
  apply(ReduceSum, [value], { axes, keepdims: keepAxes ? 1 : 0 })

/** The gradient of a reduction in the shape of what was reduced. */
export function spread(gradient: Value, reduced: Value, axes: readonly number[]): Value {
  const kept = reducedShape(reduced.shape, axes, true)
  return expand(kept.join() === gradient.shape.join() ? gradient : reshape(gradient, kept), reduced.shape)
}
