import { normalAxes, reducedShape } from '../shapes.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { ones } from './cast.ts'
import { divide } from './div.ts'
import { equal } from './equal.ts'
import { mul } from './mul.ts'
import { reduceSum, reductionExamples, spread } from './reduce-sum.ts'
import { reshape } from './reshape.ts'

/** Largest value over `axes` (all where the list is empty). Its gradient goes to where it lies, in equal shares where it lies several times. */
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
  gradient({ inputs: [value], attributes, output, gradient }) {
    const axes = attributes.axes as number[]
    const largest = ones(equal(value!, spread(output, value!, axes)), gradient)
    const shares = divide(gradient, reshape(reduceSum(largest, axes), gradient.shape))
    return [mul(largest, spread(shares, value!, axes))]
  },
  examples: reductionExamples,
}
export const reduceMax = (value: Value, axes: readonly number[] = [], keepAxes = false): Value =>
  apply(ReduceMax, [value], { axes, keepdims: keepAxes ? 1 : 0 })
