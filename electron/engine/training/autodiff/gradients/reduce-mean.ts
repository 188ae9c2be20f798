import { normalAxes, reducedShape } from '../shapes.ts'
import { apply, type Operator, scalar, sizeOf, type Value } from '../value.ts'
import { mul } from './mul.ts'
import { reductionExamples, spread } from './reduce-sum.ts'

/** Mean over `axes` (all where the list is empty). Its gradient is g / n, spread over the n averaged values. */
export const ReduceMean: Operator = {
  id: 'ReduceMean',
  infer([value], { axes, keepdims }) {
    return { type: value!.type, shape: reducedShape(value!.shape, axes as number[], Boolean(keepdims)) }
  },
  emit(graph, inputs, { inputs: [value], attributes: { axes, keepdims } }) {
    return graph.node('ReduceMean', inputs, {
      axes: { ints: normalAxes(axes as number[], value!.shape.length) },
      keepdims: { int: keepdims as number },
    })
  },
  gradient({ inputs: [value], output, attributes, gradient }) {
    const share = sizeOf(output.shape) / sizeOf(value!.shape)
    return [spread(mul(gradient, scalar(gradient, share)), value!, attributes.axes as number[])]
  },
  examples: reductionExamples,
}
export const reduceMean = (value: Value, axes: readonly number[] = [], keepAxes = false): Value =>
  apply(ReduceMean, [value], { axes, keepdims: keepAxes ? 1 : 0 })
