import { tanh as activate } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

export const tanh: LayerKind = {
  id: 'tanh',
  outputShape: input => input,
  parameters: () => [],
  forward: rows => activate(rows),
}
