import { apply, type Operator, type Value } from '../value.ts'
import { slice } from './slice.ts'

/** Tensors one after the other along `axis`. Its gradient is cut into their parts. */
export const Concat: Operator = {
  id: 'Concat',
  infer(inputs, { axis }) {
    const [first] = inputs as [Value]
    const others = (value: Value) => value.shape.map((length, i) => (i === axis ? 0 : length)).join()
    if (inputs.some(value => value.type !== first.type || others(value) !== others(first))) {
      throw new RangeError(`Concat of ${inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')}`)
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis as number]!, 0)
    return { type: first.type, shape: first.shape.map((length, i) => (i === axis ? total : length)) }
  },
  gradient({ inputs, attributes: { axis }, gradient }) {
    let from = 0
    return inputs.map(({ shape }) => {
      const to = from + shape[axis as number]!
      const part = slice(gradient, [axis as number], [from], [to])
      from = to
      return part
    })
  },
  examples: [{ inputs: [{ shape: [2, 3] }, { shape: [2, 1] }, { shape: [2, 2] }], attributes: { axis: 1 } }],
}
export const concat = (values: readonly Value[], axis: number): Value =>
  values.length === 1 ? values[0]! : apply(Concat, values, { axis })
