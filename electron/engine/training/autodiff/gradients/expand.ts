import { broadcastShapes } from '../shapes.ts'
import { sumTo } from '../sum-to.ts'
import { apply, type Operator, type Shape, type Value } from '../value.ts'

/** Repeats a tensor along axes of length 1 until it has `shape`. Its gradient is summed back. */
export const Expand: Operator = {
  id: 'Expand',
  infer([value], { shape }) {
    const wanted = shape as Shape
    if (broadcastShapes(value!.shape, wanted).join() !== wanted.join()) {
      throw new RangeError(`Expand of [${value!.shape.join(', ')}] to [${wanted.join(', ')}]`)
    }
    return { type: value!.type, shape: wanted }
  },
  emit: (graph, inputs, { shape }) => graph.node('Expand', [...inputs, graph.int64s(shape)]),
  gradient: ({ inputs: [value], gradient }) => [sumTo(gradient, value!.shape)],
  examples: [
    { inputs: [{ shape: [1, 3] }], attributes: { shape: [2, 4, 3] } },
    { inputs: [{ shape: [] }], attributes: { shape: [2, 2] } },
  ],
}
export const expand = (value: Value, shape: Shape): Value =>
  value.shape.join() === shape.join() ? value : apply(Expand, [value], { shape })
