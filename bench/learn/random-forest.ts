import { randomForest } from '../../electron/engine/training/algorithms/random-forest.ts'
import { measure, rounds } from './measure.ts'

await measure(randomForest, { ...{ trees: rounds!, 'min-rows': 1, 'max-depth': 0, bins: 255 }, columns: 0 })
