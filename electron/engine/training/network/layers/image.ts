import { reshape } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

/** A row of numbers as an image [channels, height, width]; the width is what the numbers give. */
export const image: LayerKind = {
  id: 'image',
  outputShape([length], { channels = 1, height }) {
    const width = length! / (channels * height!)
    if (!Number.isInteger(width)) throw new RangeError(`${length} numbers are no image of ${channels} × ${height} rows`)
    return [channels, height!, width]
  },
  parameters: () => [],
  forward: (rows, _, settings) => reshape(rows, [rows.shape[0]!, ...image.outputShape(rows.shape.slice(1), settings)]),
}
