import type { ElementType } from '../../../runtime/index.ts'
import { requireRank } from '../shapes.ts'
import { type Attributes, apply, type Operator, type Shape, scalar, type Value } from '../value.ts'
import { averagePool, blockAttributes } from './average-pool.ts'
import { ones } from './cast.ts'
import { divide } from './div.ts'
import { equal } from './equal.ts'
import { mul } from './mul.ts'
import { reduceMax } from './reduce-max.ts'
import { reshape } from './reshape.ts'
import { enlarge } from './resize.ts'

/**
 * The largest of each block of `size` × `size` values of [N, C, H, W]. Its gradient goes to where the largest value lies, in equal
 * shares where several are (WebGPU has no kernel that tells the place).
 */
export const MaxPool: Operator = {
  id: 'MaxPool',
  infer: (inputs, attributes) => inferBlocks('MaxPool', inputs, attributes),
  emit: (graph, inputs, { attributes: { size } }) => graph.node('MaxPool', inputs, blockAttributes(size as number)),
  decompose: ([value], { size }) => reduceMax(blocks(value!, size as number), [3, 5]),
  gradient({ inputs: [value], attributes, output, gradient }) {
    const size = attributes.size as number
    const largest = ones(equal(value!, enlarge(output, size)), gradient)
    // The mean of the ones is their number / size².
    const shares = divide(mul(gradient, scalar(gradient, 1 / size ** 2)), averagePool(largest, size))
    return [mul(largest, enlarge(shares, size))]
  },
  examples: [
    { inputs: [{ shape: [2, 3, 4, 2] }], attributes: { size: 2 } },
    { inputs: [{ shape: [1, 1, 6, 3] }], attributes: { size: 3 } },
  ],
}
export const maxPool = (value: Value, size: number): Value => apply(MaxPool, [value], { size })

/** Type and shape after pooling blocks side by side, which must fill the image. */
export function inferBlocks(
  operator: string,
  [value]: readonly Value[],
  { size }: Attributes,
): { type: ElementType; shape: Shape } {
  requireRank(operator, value!, 4)
  const [count, channels, height, width] = value!.shape as [number, number, number, number]
  const side = size as number
  if (height % side || width % side) {
    throw new RangeError(`${operator} of blocks of ${side} does not fit [${value!.shape.join(', ')}]`)
  }
  return { type: value!.type, shape: [count, channels, height / side, width / side] }
}

/** [N, C, H, W] → [N, C, H / size, size, W / size, size]. */
export function blocks(value: Value, size: number): Value {
  const [count, channels, height, width] = value.shape as [number, number, number, number]
  return reshape(value, [count, channels, height / size, size, width / size, size])
}
