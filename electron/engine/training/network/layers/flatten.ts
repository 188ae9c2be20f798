import { reshape, sizeOf } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

/** Whatever a row is, as one row of numbers. */
export const flatten: LayerKind = {
  id: 'flatten',
  outputShape: input => [sizeOf(input)],
  parameters: () => [],
  forward: rows => reshape(rows, [rows.shape[0]!, sizeOf(rows.shape.slice(1))]),
}
