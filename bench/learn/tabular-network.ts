import type { LayerDescription } from '../../electron/engine/training/network/index.ts'
import { categorical, levels, width } from './measure.ts'
import { measureNetwork } from './network.ts'

const layers: LayerDescription[] = [
  { kind: 'embedding', settings: { columns: categorical!, rows: categorical! * levels!, units: 16 } },
  ...[512, 256].flatMap(units => [{ kind: 'dense', settings: { units, gain: 2 } }, { kind: 'relu' }]),
  { kind: 'dense', settings: { units: 2 } },
]
await measureNetwork({
  ...{ description: { inputShape: [width!], layers }, classes: 2, rows: 25_600 },
  ...{ optimizer: 'adamw', learningRate: 0.001, weightDecay: 0.01, batch: 256, epochs: 3 },
})
