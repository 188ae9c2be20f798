import { apply, type Operator, type Value } from '../value.ts'

/** Axes in the order `perm`. Its gradient is transposed back. */
export const Transpose: Operator = {
  id: 'Transpose',
  infer([value], { perm }) {
    const order = perm as readonly number[]
    if (order.toSorted((one, other) => one - other).join() !== value!.shape.map((_, axis) => axis).join()) {
      throw new RangeError(`Transpose of [${value!.shape.join(', ')}] by [${order.join(', ')}]`)
    }
    return { type: value!.type, shape: order.map(axis => value!.shape[axis]!) }
  },
  gradient({ attributes: { perm }, gradient }) {
    const order = perm as readonly number[]
    return [
      transpose(
        gradient,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ]
  },
  examples: [
    { inputs: [{ shape: [2, 3] }], attributes: { perm: [1, 0] } },
    { inputs: [{ shape: [2, 3, 4] }], attributes: { perm: [2, 0, 1] } },
  ],
}

/** Axes that are transposed there and back are not transposed at all. */
export function transpose(value: Value, perm: readonly number[]): Value {
  const { source } = value
  if (source.kind === 'operator' && source.operator === Transpose) {
    const before = source.attributes.perm as readonly number[]
    if (perm.every((axis, i) => before[axis] === i)) return source.inputs[0]!
  }
  return apply(Transpose, [value], { perm })
}
