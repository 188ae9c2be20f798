import { randomForest } from '../../electron/engine/training/algorithms/random-forest.ts'
import { measure, rounds } from './measure.ts'

/** Fully grown, as scikit-learn's; usual here are leaves of five rows. */
await measure(randomForest, { ...{ trees: rounds!, 'min-rows': 1, 'max-depth': 0, bins: 255 }, columns: 0 })
