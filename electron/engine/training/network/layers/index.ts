import { defineRegistry } from '../../../../../shared/lib/define-registry.ts'
import { convolution } from './convolution.ts'
import { dense } from './dense.ts'
import { embedding } from './embedding.ts'
import { flatten } from './flatten.ts'
import { image } from './image.ts'
import { maxPool } from './max-pool.ts'
import { relu } from './relu.ts'
import { tanh } from './tanh.ts'

export type { LayerKind, LayerSettings, ParameterShape } from './layer.ts'

export const layerKinds = defineRegistry(
  [convolution, dense, embedding, flatten, image, maxPool, relu, tanh],
  (id, known) => new Error(`No layer is called ${id}; there are ${known.join(', ')}`),
)
