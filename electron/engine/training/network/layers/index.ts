import { defineRegistry } from '../../../../../shared/lib/define-registry.ts'
import { batchNorm } from './batch-norm.ts'
import { convolution } from './convolution.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { embedding } from './embedding.ts'
import { flatten } from './flatten.ts'
import { image } from './image.ts'
import { layerNorm } from './layer-norm.ts'
import { maxOver } from './max-over.ts'
import { maxPool } from './max-pool.ts'
import { recurrent } from './recurrent.ts'
import { relu } from './relu.ts'
import { tanh } from './tanh.ts'
import { words } from './words.ts'

export type { LayerKind, LayerSettings, LayerTraining, ParameterShape } from './layer.ts'

export const layerKinds = defineRegistry(
  [
    batchNorm,
    convolution,
    dense,
    dropout,
    embedding,
    flatten,
    image,
    layerNorm,
    maxOver,
    maxPool,
    recurrent,
    relu,
    tanh,
    words,
  ],
  (id, known) => new Error(`No layer is called ${id}; there are ${known.join(', ')}`),
)
