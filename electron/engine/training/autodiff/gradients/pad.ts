import { apply, type Operator, type Value } from '../value.ts'
import { slice } from './slice.ts'

/** Zeros around a tensor: `pads` says how many before each axis, then how many after each. Its gradient is cut out again. */
export const Pad: Operator = {
  id: 'Pad',
  infer([value], { pads }) {
    const { type, shape } = value!
    const list = pads as readonly number[]
    if (list.length !== 2 * shape.length) throw new RangeError(`Pad of [${shape.join(', ')}] by [${list.join(', ')}]`)
    const grown = (length: number, axis: number) =>
      length === -1 ? -1 : length + list[axis]! + list[shape.length + axis]!
    return { type, shape: shape.map(grown) }
  },
  emit: (graph, inputs, { attributes: { pads } }) =>
    graph.node('Pad', [...inputs, graph.int64s(pads as readonly number[])]),
  gradient({ inputs: [value], attributes: { pads }, gradient }) {
    const { shape } = value!
    const starts = shape.map((_, axis) => (pads as readonly number[])[axis]!)
    return [
      slice(
        gradient,
        shape.map((_, axis) => axis),
        starts,
        shape.map((length, axis) => starts[axis]! + length),
      ),
    ]
  },
  examples: [{ inputs: [{ shape: [2, 3] }], attributes: { pads: [0, 1, 2, 0] } }],
}
export function pad(value: Value, before: readonly number[], after: readonly number[]): Value {
  const pads = [...before, ...after]
  return pads.every(count => count === 0) ? value : apply(Pad, [value], { pads })
}
