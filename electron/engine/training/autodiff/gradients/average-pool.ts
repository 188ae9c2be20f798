import { apply, type Operator, scalar, type Value } from '../value.ts'
import { blocks, inferBlocks } from './max-pool.ts'
import { mul } from './mul.ts'
import { reduceMean } from './reduce-mean.ts'
import { enlarge } from './resize.ts'

/** The mean of each block of `size` × `size` values of [N, C, H, W]. Its gradient is shared out over the block. */
export const AveragePool: Operator = {
  id: 'AveragePool',
  float32Only: true,
  infer: (inputs, attributes) => inferBlocks('AveragePool', inputs, attributes),
  emit: (graph, inputs, { attributes: { size } }) => graph.node('AveragePool', inputs, blockAttributes(size as number)),
  decompose: ([value], { size }) => reduceMean(blocks(value!, size as number), [3, 5]),
  gradient({ attributes, gradient }) {
    const size = attributes.size as number
    return [mul(enlarge(gradient, size), scalar(gradient, 1 / size ** 2))]
  },
  examples: [{ inputs: [{ shape: [2, 3, 4, 2] }], attributes: { size: 2 } }],
}
export const averagePool = (value: Value, size: number): Value => apply(AveragePool, [value], { size })

/** Of the pooling operators: blocks side by side. */
export const blockAttributes = (size: number) => ({
  kernel_shape: { ints: [size, size] },
  strides: { ints: [size, size] },
})
