import type { ElementType } from '../../../runtime/index.ts'
import { type Attributes, apply, type Operator, type Shape, scalar, type Value } from '../value.ts'
import { averagePool, blockAttributes } from './average-pool.ts'
import { ones } from './cast.ts'
import { divide } from './div.ts'
import { equal } from './equal.ts'
import { mul } from './mul.ts'
import { reduceMax } from './reduce-max.ts'
import { reshape } from './reshape.ts'

/**
 * The largest of each block of `size` × `size` values of [N, C, H, W], or of [N, C, H, W, M] for each of M. Its gradient goes to where the largest value lies, in equal
 * shares where several are (WebGPU has no kernel that tells the place).
 */
export const MaxPool: Operator = {
  id: 'MaxPool',
  infer: (inputs, attributes) => inferBlocks('MaxPool', inputs, attributes),
  emit: (graph, inputs, { inputs: [value], attributes: { size } }) =>
    graph.node('MaxPool', inputs, blockAttributes(value!, size as number)),
  decompose: ([value], { size }) => reduceMax(blocks(value!, size as number), [3, 5]),
  gradient({ inputs: [value], attributes, output, gradient }) {
    const size = attributes.size as number
    const largest = ones(equal(blocks(value!, size), spreadBlocks(output)), gradient)
    // The mean of the ones is their number / size².
    const mean = averagePool(reshape(largest, value!.shape), size)
    const shares = divide(mul(gradient, scalar(gradient, 1 / size ** 2)), mean)
    return [reshape(mul(largest, spreadBlocks(shares)), value!.shape)]
  },
  examples: [
    { inputs: [{ shape: [2, 3, 4, 2] }], attributes: { size: 2 } },
    { inputs: [{ shape: [1, 1, 6, 3] }], attributes: { size: 3 } },
    { inputs: [{ shape: [1, 2, 2, 4, 3] }], attributes: { size: 2 } },
  ],
}
export const maxPool = (value: Value, size: number): Value => apply(MaxPool, [value], { size })

/** Type and shape after pooling blocks side by side, which must fill the image. */
export function inferBlocks(
  operator: string,
  [value]: readonly Value[],
  { size }: Attributes,
): { type: ElementType; shape: Shape } {
  const { type, shape } = value!
  const [count, channels, height, width, ...rest] = shape as [number, number, number, number]
  const side = size as number
  if (shape.length < 4 || shape.length > 5 || height % side || width % side) {
    throw new RangeError(`${operator} of blocks of ${side} does not fit [${shape.join(', ')}]`)
  }
  return { type, shape: [count, channels, height / side, width / side, ...rest] }
}

/** [N, C, H, W, …] → [N, C, H / size, size, W / size, size, …]. */
export function blocks(value: Value, size: number): Value {
  const [count, channels, height, width, ...rest] = value.shape as [number, number, number, number]
  return reshape(value, [count, channels, height / size, size, width / size, size, ...rest])
}

/** [N, C, h, w, …] → [N, C, h, 1, w, 1, …]: what fits blocks, one number for each. */
export function spreadBlocks(value: Value): Value {
  const [count, channels, height, width, ...rest] = value.shape as [number, number, number, number]
  return reshape(value, [count, channels, height, 1, width, 1, ...rest])
}
