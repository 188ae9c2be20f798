import { maxPool as pool, slice } from '../../autodiff/index.ts'
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
  forward(rows, _, { size }) {
    const ends = rows.shape.slice(2).map(side => side - (side % size!))
    return pool(slice(rows, [2, 3], [0, 0], ends), size!)
  },
}
