import { defineRegistry } from '../../../../../shared/lib/define-registry.ts'
import { dense } from './dense.ts'
import { relu } from './relu.ts'
import { tanh } from './tanh.ts'

export type { LayerKind, LayerSettings, ParameterShape } from './layer.ts'

export const layerKinds = defineRegistry(
  [dense, relu, tanh],
  (id, known) => new Error(`No layer is called ${id}; there are ${known.join(', ')}`),
)
