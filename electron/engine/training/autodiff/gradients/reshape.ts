import { apply, type Operator, type Shape, sizeOf, type Value } from '../value.ts'

/** The same values in another shape, which may hold one −1 for rows known at run time. */
export const Reshape: Operator = {
  id: 'Reshape',
  infer([value], { shape }) {
    const wanted = shape as Shape
    const open = value!.shape.includes(-1) || wanted.includes(-1)
    if (!open && sizeOf(wanted) !== sizeOf(value!.shape)) {
      throw new RangeError(`Reshape of [${value!.shape.join(', ')}] to [${wanted.join(', ')}]`)
    }
    return { type: value!.type, shape: wanted }
  },
  emit: (graph, inputs, { shape }) => graph.node('Reshape', [...inputs, graph.int64s(shape)]),
  gradient: ({ inputs: [value], gradient }) => [reshape(gradient, value!.shape)],
  examples: [
    { inputs: [{ shape: [2, 6] }], attributes: { shape: [3, 4] } },
    { inputs: [{ shape: [1] }], attributes: { shape: [] } },
  ],
}

/** What is reshaped twice is reshaped once, and not at all into the shape that it has. */
export function reshape(value: Value, shape: Shape): Value {
  const { source } = value
  const from = source.kind === 'operator' && source.operator === Reshape ? source.inputs[0]! : value
  return from.shape.join() === shape.join() ? from : apply(Reshape, [from], { shape })
}
