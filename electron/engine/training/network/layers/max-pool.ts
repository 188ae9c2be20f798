import { maxPool as pool, reshape, slice, type Value } from '../../autodiff/index.ts'
import { innermost, outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/** The largest value of each block of `size` × `size`; what is left over at the right and below is dropped. */
export const maxPool: LayerKind = {
  id: 'max-pool',
  outputShape(input, { size }) {
    const [channels, ...sides] = input
    if (input.length !== 3 || sides.some(side => side < size!)) {
      throw new RangeError(`Blocks of ${size} × ${size} do not fit [${input.join(', ')}]`)
    }
    return [channels!, ...sides.map(side => Math.floor(side / size!))]
  },
  parameters: () => [],
  forward(rows, _, { size }, training) {
    const pooled = (images: Value) => {
      const ends = images.shape.slice(2, 4).map(side => side - (side % size!))
      return pool(slice(images, [2, 3], [0, 0], ends), size!)
    }
    if (!training?.isBatchInnermost) return pooled(rows)
    const images = innermost(rows)
    const result = pooled(reshape(images, [1, ...images.shape]))
    return outermost(reshape(result, result.shape.slice(1)))
  },
}
