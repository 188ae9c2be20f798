import { greater, mul, ones, scalar } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

/** In training a share of `rate` of the numbers is 0 and the others are larger by as much; afterwards nothing happens. */
export const dropout: LayerKind = {
  id: 'dropout',
  outputShape(input, { rate }) {
    if (!(rate! >= 0 && rate! < 1)) throw new RangeError(`A share of ${rate} cannot be dropped`)
    return input
  },
  parameters: () => [],
  forward(rows, _, { rate }, training) {
    if (!training || rate === 0) return rows
    const kept = ones(greater(training.noise(rows.shape), scalar(rows, rate!)), rows)
    return mul(rows, mul(kept, scalar(rows, 1 / (1 - rate!))))
  },
}
