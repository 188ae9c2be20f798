import { broadcastShapes, requireSameType } from '../shapes.ts'
import { sumTo } from '../sum-to.ts'
import { apply, type Operator, type Value } from '../value.ts'
import { transpose } from './transpose.ts'

/** Matrix product of the last two axes, leading axes broadcast. ∂A = g · Bᵀ, ∂B = Aᵀ · g. */
export const MatMul: Operator = {
  id: 'MatMul',
  infer(inputs) {
    const [one, other] = inputs as [Value, Value]
    requireSameType('MatMul', inputs)
    const [rows, inner] = one.shape.slice(-2)
    const [height, columns] = other.shape.slice(-2)
    if (inner === undefined || columns === undefined || inner !== height) {
      throw new RangeError(`MatMul of [${one.shape.join(', ')}] and [${other.shape.join(', ')}]`)
    }
    const leading = broadcastShapes(one.shape.slice(0, -2), other.shape.slice(0, -2))
    return { type: one.type, shape: [...leading, rows!, columns] }
  },
  gradient({ inputs, gradient }) {
    const [one, other] = inputs as [Value, Value]
    return [sumTo(matmul(gradient, swapLast(other)), one.shape), sumTo(matmul(swapLast(one), gradient), other.shape)]
  },
  examples: [
    { inputs: [{ shape: [3, 4] }, { shape: [4, 2] }] },
    { inputs: [{ shape: [2, 3, 4] }, { shape: [4, 2] }] },
    { inputs: [{ shape: [2, 1, 3, 4] }, { shape: [3, 4, 2] }] },
  ],
}
export const matmul = (one: Value, other: Value): Value => apply(MatMul, [one, other])

function swapLast(value: Value): Value {
  const order = value.shape.map((_, axis) => axis)
  const rank = order.length
  return transpose(value, [...order.slice(0, -2), rank - 1, rank - 2])
}
