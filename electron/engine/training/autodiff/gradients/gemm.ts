import { broadcastShapes, requireRank, requireSameType } from '../shapes.ts'
import { sumTo } from '../sum-to.ts'
import { apply, constant, type FloatType, type Operator, type Shape, type Value } from '../value.ts'
import { reshape } from './reshape.ts'

/**
 * A′ · B′ + C for matrices, each of A and B transposed where asked (`transA`, `transB`), C broadcast or left out. With
 * g the gradient: ∂A′ = g · B′ᵀ, ∂B′ = A′ᵀ · g, ∂C = g summed; every product is again one Gemm.
 */
export const Gemm: Operator = {
  id: 'Gemm',
  infer(inputs, { transA, transB }) {
    const [one, other, bias] = inputs as [Value, Value, Value | undefined]
    requireSameType('Gemm', inputs)
    requireRank('Gemm', one, 2)
    requireRank('Gemm', other, 2)
    const [rows, inner] = transA ? one.shape.toReversed() : one.shape
    const [height, columns] = transB ? other.shape.toReversed() : other.shape
    const shape = [rows!, columns!]
    if (inner !== height || (bias && broadcastShapes(shape, bias.shape).join() !== shape.join())) {
      throw new RangeError(`Gemm of ${inputs.map(value => `[${value.shape.join(', ')}]`).join(' and ')}`)
    }
    return { type: one.type, shape }
  },
  gradient({ inputs, attributes, gradient }) {
    const [one, other, bias] = inputs as [Value, Value, Value | undefined]
    const transA = Boolean(attributes.transA)
    const transB = Boolean(attributes.transB)
    return [
      transA ? gemm(other, gradient, { transA: transB, transB: true }) : gemm(gradient, other, { transB: !transB }),
      transB ? gemm(gradient, one, { transA: true, transB: transA }) : gemm(one, gradient, { transA: !transA }),
      ...(bias ? [summed(gradient, bias.shape)] : []),
    ]
  },
  examples: [
    { inputs: [{ shape: [3, 4] }, { shape: [4, 2] }, { shape: [2] }] },
    { inputs: [{ shape: [4, 3] }, { shape: [4, 2] }, { shape: [3, 1] }], attributes: { transA: 1 } },
    { inputs: [{ shape: [3, 4] }, { shape: [2, 4] }, { shape: [] }], attributes: { transB: 1 } },
    { inputs: [{ shape: [4, 3] }, { shape: [2, 4] }], attributes: { transA: 1, transB: 1 } },
  ],
}

export interface GemmOptions {
  bias?: Value
  transA?: boolean
  transB?: boolean
}
export const gemm = (one: Value, other: Value, { bias, transA = false, transB = false }: GemmOptions = {}): Value =>
  apply(Gemm, bias ? [one, other, bias] : [one, other], {
    ...(transA ? { transA: 1 } : {}),
    ...(transB ? { transB: 1 } : {}),
  })

/** A bias of one number a column gets its gradient by a product with a row of ones, which is the quickest way to sum columns. */
function summed(gradient: Value, shape: Shape): Value {
  const [rows, columns] = gradient.shape as [number, number]
  if (shape.length !== 1 || shape[0] !== columns) return sumTo(gradient, shape)
  const row = constant(gradient.type as FloatType, new Float64Array(rows).fill(1), [1, rows])
  return reshape(gemm(row, gradient), shape)
}
