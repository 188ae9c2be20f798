import { requireRank, requireSameType } from '../shapes.ts'
import { type Attributes, apply, constant, type FloatType, type Operator, type Value } from '../value.ts'
import { add } from './add.ts'
import { columns, type Window, windowed } from './columns.ts'
import { matmul } from './matmul.ts'
import { reduceSum } from './reduce-sum.ts'
import { reshape } from './reshape.ts'
import { transpose } from './transpose.ts'

/**
 * Convolution in two dimensions with stride 1: images [N, C, H, W], weights [F, C, h, w], bias [F] if any, zeros around the images
 * (`pads`: top, left, bottom, right), the window's places next to each other or `dilations` apart → [N, F, H′, W′]. With g the gradient:
 * ∂images is the convolution of g with the weights turned round, ∂weights is one product of matrices an image, g · columns(image)ᵀ,
 * summed; ∂bias = g summed.
 */
export const Conv: Operator = {
  id: 'Conv',
  float32Only: true,
  infer(inputs, attributes) {
    const [images, weights] = inputs as [Value, Value]
    requireSameType('Conv', inputs)
    requireRank('Conv', images, 4)
    requireRank('Conv', weights, 4)
    const window = windowOf(weights, attributes)
    const { sides, pads, dilations } = window
    const [top, left, bottom, right] = pads
    const [tall, wide] = sides.map((places, axis) => dilations[axis]! * (places - 1) + 1) as [number, number]
    if (Math.max(top, bottom) >= tall || Math.max(left, right) >= wide) {
      throw new RangeError(`Conv with [${pads.join(', ')}] zeros around is wider than its weights`)
    }
    const size = windowed(images, window)
    if (images.shape[1] !== weights.shape[1] || Math.min(...size) < 1) {
      throw new RangeError(`Conv of [${images.shape.join(', ')}] with [${weights.shape.join(', ')}]`)
    }
    return { type: images.type, shape: [images.shape[0]!, weights.shape[0]!, ...size] }
  },
  decompose(inputs, attributes) {
    const [images, weights, bias] = inputs as [Value, Value, Value | undefined]
    const [filters, channels, tall, wide] = weights.shape as [number, number, number, number]
    const window = windowOf(weights, attributes)
    const flat = matmul(reshape(weights, [filters, channels * tall * wide]), columns(images, window))
    const result = reshape(flat, [images.shape[0]!, filters, ...windowed(images, window)])
    return bias ? add(result, reshape(bias, [filters, 1, 1])) : result
  },
  gradient({ inputs, attributes, gradient }) {
    const [images, weights, bias] = inputs as [Value, Value, Value | undefined]
    const [filters, channels, tall, wide] = weights.shape as [number, number, number, number]
    const window = windowOf(weights, attributes)
    const { sides, pads, dilations } = window
    const [count, , height, width] = gradient.shape as [number, number, number, number]
    const turned = matmul(reshape(weights, [filters, channels, tall * wide]), backwards(weights, tall * wide))
    const around = pads.map((zeros, i) => dilations[i % 2]! * (sides[i % 2]! - 1) - zeros)
    const slopes = transpose(reshape(gradient, [count, filters, height * width]), [0, 2, 1])
    const products = matmul(columns(images, window), slopes)
    const sum = count === 1 ? reshape(products, products.shape.slice(1)) : reduceSum(products, [0])
    return [
      conv(gradient, reshape(transpose(turned, [1, 0, 2]), [channels, filters, tall, wide]), {
        pads: around,
        ...(attributes.dilations ? { dilations } : {}),
      }),
      reshape(transpose(sum, [1, 0]), [filters, channels, tall, wide]),
      ...(bias ? [reduceSum(gradient, [0, 2, 3])] : []),
    ]
  },
  examples: [
    { inputs: [{ shape: [2, 2, 4, 5] }, { shape: [3, 2, 3, 3] }, { shape: [3] }], attributes: { pads: [1, 1, 1, 1] } },
    { inputs: [{ shape: [1, 1, 3, 4] }, { shape: [2, 1, 2, 3] }], attributes: { pads: [0, 0, 0, 0] } },
    { inputs: [{ shape: [2, 1, 3, 3] }, { shape: [1, 1, 2, 2] }], attributes: { pads: [0, 1, 1, 0] } },
    {
      inputs: [{ shape: [1, 2, 3, 6] }, { shape: [2, 2, 3, 3] }],
      attributes: { pads: [1, 2, 1, 2], dilations: [1, 2] },
    },
  ],
}

export interface ConvOptions {
  bias?: Value
  /** Zeros above, left, below, right. */
  pads: readonly number[]
  /** How far the places of the window lie apart, down and over; 1 when left out. */
  dilations?: readonly number[]
}
export const conv = (images: Value, weights: Value, { bias, pads, dilations }: ConvOptions): Value =>
  apply(Conv, bias ? [images, weights, bias] : [images, weights], { pads, ...(dilations ? { dilations } : {}) })

const windowOf = (weights: Value, { pads, dilations = [1, 1] }: Attributes): Window => ({
  sides: weights.shape.slice(2) as [number, number],
  pads: pads as Window['pads'],
  dilations: dilations as Window['dilations'],
})

/** The matrix that turns the order of `count` columns round. */
const backwards = ({ type }: Value, count: number): Value =>
  constant(
    type as FloatType,
    Float64Array.from({ length: count * count }, (_, i) => Number((i % count) + Math.floor(i / count) === count - 1)),
    [count, count],
  )
