import { relu as activate } from '../../autodiff/index.ts'
import { onEach } from './innermost.ts'
import type { LayerKind } from './layer.ts'

export const relu: LayerKind = {
  id: 'relu',
  outputShape: input => input,
  parameters: () => [],
  forward: rows => onEach(rows, activate),
}
