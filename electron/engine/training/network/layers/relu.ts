import { relu as activate } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

export const relu: LayerKind = {
  id: 'relu',
  outputShape: input => input,
  parameters: () => [],
  forward: rows => activate(rows),
}
