import { apply, type Operator, scalar, type Value } from '../value.ts'
import { expand } from './expand.ts'
import { scatterAdd } from './scatter-nd.ts'

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
    return [scatterAdd(expand(scalar(gradient, 0), data.shape), indices, gradient), null]
  },
  examples: [
    { inputs: [{ shape: [4, 3] }, { shape: [6], below: 4 }] },
    { inputs: [{ shape: [5] }, { shape: [2, 3], below: 5 }] },
  ],
}
export const gather = (data: Value, indices: Value): Value => apply(Gather, [data, indices])
