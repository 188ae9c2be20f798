import { normalAxes, reducedShape } from '../shapes.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { reductionExamples } from './reduce-sum.ts'

/** Largest value over `axes` (all where the list is empty). Used where a shift cancels out: no gradient. */
export const ReduceMax: Operator = {
  id: 'ReduceMax',
  infer([value], { axes, keepdims }) {
    return { type: value!.type, shape: reducedShape(value!.shape, axes as number[], Boolean(keepdims)) }
  },
  emit(graph, inputs, { inputs: [value], attributes: { axes, keepdims } }) {
    return graph.node('ReduceMax', inputs, {
      axes: { ints: normalAxes(axes as number[], value!.shape.length) },
      keepdims: { int: keepdims as number },
    })
  },
  gradient: null,
  examples: reductionExamples,
}
export const reduceMax = (value: Value, axes: readonly number[] = [], keepAxes = false): Value =>
  apply(ReduceMax, [value], { axes, keepdims: keepAxes ? 1 : 0 })
