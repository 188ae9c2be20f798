import { requireRank, requireSameType } from '../shapes.ts'
import { apply, constant, type FloatType, type Operator, type Shape, type Value } from '../value.ts'
import { add } from './add.ts'
import { concat } from './concat.ts'
import { matmul } from './matmul.ts'
import { pad } from './pad.ts'
import { reduceSum } from './reduce-sum.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'
import { transpose } from './transpose.ts'

/**
 * Convolution in two dimensions with stride 1: images [N, C, H, W], weights [F, C, h, w], bias [F] if any, zeros around the images
 * (`pads`: top, left, bottom, right) → [N, F, H′, W′]. With g the gradient: ∂images is the convolution of g with the weights turned round,
 * ∂weights is one product of matrices an image, g · columns(image)ᵀ, summed; ∂bias = g summed.
 */
export const Conv: Operator = {
  id: 'Conv',
  float32Only: true,
  infer(inputs, { pads }) {
    const [images, weights] = inputs as [Value, Value]
    requireSameType('Conv', inputs)
    requireRank('Conv', images, 4)
    requireRank('Conv', weights, 4)
    const [top, left, bottom, right] = pads as readonly number[]
    const [count, channels, height, width] = images.shape
    const [filters, depth, tall, wide] = weights.shape
    const shape = [count!, filters!, height! + top! + bottom! - tall! + 1, width! + left! + right! - wide! + 1]
    if (Math.max(top!, bottom!) >= tall! || Math.max(left!, right!) >= wide!) {
      throw new RangeError(
        `Conv with [${(pads as readonly number[]).join(', ')}] zeros around is wider than its weights`,
      )
    }
    if (channels !== depth || shape[2]! < 1 || shape[3]! < 1) {
      throw new RangeError(`Conv of [${images.shape.join(', ')}] with [${weights.shape.join(', ')}]`)
    }
    return { type: images.type, shape }
  },
  decompose(inputs, { pads }) {
    const [images, weights, bias] = inputs as [Value, Value, Value | undefined]
    const [filters, channels, tall, wide] = weights.shape as [number, number, number, number]
    const [top, left, bottom, right] = pads as [number, number, number, number]
    const [count, , height, width] = images.shape as [number, number, number, number]
    const matrix = reshape(weights, [filters, channels * tall * wide])
    const flat = matmul(matrix, columns(images, [tall, wide], pads as readonly number[]))
    const shape = [count, filters, height + top + bottom - tall + 1, width + left + right - wide + 1]
    const result = reshape(flat, shape)
    return bias ? add(result, reshape(bias, [filters, 1, 1])) : result
  },
  gradient({ inputs, attributes: { pads }, gradient }) {
    const [images, weights, bias] = inputs as [Value, Value, Value | undefined]
    const [filters, channels, tall, wide] = weights.shape as [number, number, number, number]
    const [top, left, bottom, right] = pads as [number, number, number, number]
    const [count, , height, width] = gradient.shape as [number, number, number, number]
    const turned = matmul(reshape(weights, [filters, channels, tall * wide]), backwards(weights, tall * wide))
    const around = [tall - 1 - top, wide - 1 - left, tall - 1 - bottom, wide - 1 - right]
    const slopes = transpose(reshape(gradient, [count, filters, height * width]), [0, 2, 1])
    const products = reduceSum(matmul(columns(images, [tall, wide], pads as readonly number[]), slopes), [0])
    return [
      conv(gradient, reshape(transpose(turned, [1, 0, 2]), [channels, filters, tall, wide]), { pads: around }),
      reshape(transpose(products, [1, 0]), [filters, channels, tall, wide]),
      ...(bias ? [reduceSum(gradient, [0, 2, 3])] : []),
    ]
  },
  examples: [
    { inputs: [{ shape: [2, 2, 4, 5] }, { shape: [3, 2, 3, 3] }, { shape: [3] }], attributes: { pads: [1, 1, 1, 1] } },
    { inputs: [{ shape: [1, 1, 3, 4] }, { shape: [2, 1, 2, 3] }], attributes: { pads: [0, 0, 0, 0] } },
    { inputs: [{ shape: [2, 1, 3, 3] }, { shape: [1, 1, 2, 2] }], attributes: { pads: [0, 1, 1, 0] } },
  ],
}

export interface ConvOptions {
  bias?: Value
  /** Zeros above, left, below, right. */
  pads: readonly number[]
}
export const conv = (images: Value, weights: Value, { bias, pads }: ConvOptions): Value =>
  apply(Conv, bias ? [images, weights, bias] : [images, weights], { pads })

/** The matrix that turns the order of `count` columns round. */
const backwards = ({ type }: Value, count: number): Value =>
  constant(
    type as FloatType,
    Float64Array.from({ length: count * count }, (_, i) => Number((i % count) + Math.floor(i / count) === count - 1)),
    [count, count],
  )

/** What each place of the result sees of an image, one below the other: [N, C · h · w, H′ · W′]. */
function columns(images: Value, [tall, wide]: readonly [number, number], pads: readonly number[]): Value {
  const [top, left, bottom, right] = pads as [number, number, number, number]
  const padded = pad(images, [0, 0, top, left], [0, 0, bottom, right])
  const [count, channels, fullHeight, fullWidth] = padded.shape as [number, number, number, number]
  const [height, width] = [fullHeight - tall + 1, fullWidth - wide + 1]
  const shifted: Value[] = []
  for (let down = 0; down < tall; down += 1) {
    for (let over = 0; over < wide; over += 1) {
      const part = slice(padded, [2, 3], [down, over], [down + height, over + width])
      shifted.push(reshape(part, [count, channels, 1, height * width]))
    }
  }
  const shape: Shape = [count, channels * tall * wide, height * width]
  return reshape(concat(shifted, 2), shape)
}
