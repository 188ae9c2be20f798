import { multilayerPerceptron } from '../../electron/engine/training/network/index.ts'
import { measureNetwork } from './network.ts'

await measureNetwork({
  ...{ description: multilayerPerceptron(784, [256], 10), classes: 10, rows: 60_000 },
  ...{ optimizer: 'sgd', learningRate: 0.1, weightDecay: 0, batch: 128, epochs: 5 },
})
