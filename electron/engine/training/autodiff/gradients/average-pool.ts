import { apply, type Operator, scalar, type Value } from '../value.ts'
import { expand } from './expand.ts'
import { blocks, inferBlocks, spreadBlocks } from './max-pool.ts'
import { mul } from './mul.ts'
import { reduceMean } from './reduce-mean.ts'
import { reshape } from './reshape.ts'

/** The mean of each block of `size` × `size` values of [N, C, H, W], or of [N, C, H, W, M] for each of M. Its gradient is shared out over the block. */
export const AveragePool: Operator = {
  id: 'AveragePool',
  float32Only: true,
  infer: (inputs, attributes) => inferBlocks('AveragePool', inputs, attributes),
  emit: (graph, inputs, { inputs: [value], attributes: { size } }) =>
    graph.node('AveragePool', inputs, blockAttributes(value!, size as number)),
  decompose: ([value], { size }) => reduceMean(blocks(value!, size as number), [3, 5]),
  gradient({ inputs: [value], attributes, gradient }) {
    const size = attributes.size as number
    const share = spreadBlocks(mul(gradient, scalar(gradient, 1 / size ** 2)))
    return [reshape(expand(share, blocks(value!, size).shape), value!.shape)]
  },
  examples: [
    { inputs: [{ shape: [2, 3, 4, 2] }], attributes: { size: 2 } },
    { inputs: [{ shape: [1, 2, 2, 4, 3] }], attributes: { size: 2 } },
  ],
}
export const averagePool = (value: Value, size: number): Value => apply(AveragePool, [value], { size })

/** Of the pooling operators: blocks side by side. */
export function blockAttributes({ shape }: Value, size: number) {
  const lengths = shape.slice(2).map((_, axis) => (axis < 2 ? size : 1))
  return { kernel_shape: { ints: lengths }, strides: { ints: lengths } }
}
