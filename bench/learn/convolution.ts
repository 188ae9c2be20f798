import type { LayerDescription } from '../../electron/engine/training/network/index.ts'
import { measureNetwork } from './network.ts'

const block = (filters: number): LayerDescription[] => [
  { kind: 'convolution', settings: { filters, size: 3, gain: 2 } },
  { kind: 'max-pool', settings: { size: 2 } },
  { kind: 'relu' },
]
const layers: LayerDescription[] = [
  { kind: 'image', settings: { height: 28 } },
  ...[...block(16), ...block(32)],
  ...[{ kind: 'flatten' }, { kind: 'dense', settings: { units: 10 } }],
]
await measureNetwork({
  ...{ description: { inputShape: [784], layers }, classes: 10, rows: 12_800 },
  ...{ optimizer: 'sgd', learningRate: 0.05, weightDecay: 0, batch: 128, epochs: 3 },
})
