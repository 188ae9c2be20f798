import { requireRank } from '../shapes.ts'
import { apply, type Operator, scalar, type Value } from '../value.ts'
import { averagePool } from './average-pool.ts'
import { expand } from './expand.ts'
import { mul } from './mul.ts'
import { reshape } from './reshape.ts'

/** Each value of [N, C, H, W] repeated `size` times along both sides. Its gradient is summed block by block. */
export const Resize: Operator = {
  id: 'Resize',
  float32Only: true,
  infer([value], { size }) {
    requireRank('Resize', value!, 4)
    const [count, channels, height, width] = value!.shape
    return { type: value!.type, shape: [count!, channels!, height! * (size as number), width! * (size as number)] }
  },
  emit: (graph, [value], { attributes: { size } }) =>
    graph.node('Resize', [value!, '', graph.floats([1, 1, size as number, size as number])], {
      mode: { string: 'nearest' },
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    }),
  decompose([value], attributes) {
    const size = attributes.size as number
    const [count, channels, height, width] = value!.shape as [number, number, number, number]
    const spread = expand(reshape(value!, [count, channels, height, 1, width, 1]), [
      ...[count, channels, height, size, width, size],
    ])
    return reshape(spread, [count, channels, height * size, width * size])
  },
  gradient: ({ attributes, gradient }) => {
    const size = attributes.size as number
    return [mul(averagePool(gradient, size), scalar(gradient, size * size))]
  },
  examples: [{ inputs: [{ shape: [2, 1, 2, 3] }], attributes: { size: 2 } }],
}
/** Each value of [N, C, H, W] as a block of `size` × `size` values. */
export const enlarge = (value: Value, size: number): Value => apply(Resize, [value], { size })
