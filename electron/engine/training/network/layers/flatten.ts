import { reshape, sizeOf } from '../../autodiff/index.ts'
import { innermost, outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/** Whatever a row is, as one row of numbers. */
export const flatten: LayerKind = {
  id: 'flatten',
  outputShape: input => [sizeOf(input)],
  parameters: () => [],
  forward(rows, _, __, training) {
    const [count, ...shape] = rows.shape as [number, ...number[]]
    if (!training?.isBatchInnermost) return reshape(rows, [count, sizeOf(shape)])
    return outermost(reshape(innermost(rows), [sizeOf(shape), count]))
  },
}
