import { apply, type Operator, sizeOf, type Value } from '../value.ts'
import { reshape } from './reshape.ts'
import { sumRows } from './scatter-elements.ts'

/** Rows of `data` by their index (int32 or int64, any shape). Its gradient adds each row back to where it came from. */
export const Gather: Operator = {
  id: 'Gather',
  infer(inputs) {
    const [data, indices] = inputs as [Value, Value]
    if (data.shape.length === 0) throw new RangeError('Gather of a scalar')
    return { type: data.type, shape: [...indices.shape, ...data.shape.slice(1)] }
  },
  gradient({ inputs, gradient }) {
    const [data, indices] = inputs as [Value, Value]
    const [count, ...row] = data.shape as [number, ...number[]]
    if (row.length === 1) return [sumRows(gradient, indices, count), null]
    const rows = reshape(gradient, [...indices.shape, sizeOf(row)])
    return [reshape(sumRows(rows, indices, count), data.shape), null]
  },
  examples: [
    { inputs: [{ shape: [4, 3] }, { shape: [6], below: 4 }] },
    { inputs: [{ shape: [5] }, { shape: [2, 3], below: 5 }] },
  ],
}
export const gather = (data: Value, indices: Value): Value => apply(Gather, [data, indices])
