import { gradientBoosting } from '../../electron/engine/training/algorithms/gradient-boosting.ts'
import { measure, rounds } from './measure.ts'

await measure(gradientBoosting, {
  ...{ rounds: rounds!, leaves: 31, 'learning-rate': 0.1, bins: 255, 'min-rows': 20, l2: 1 },
  ...{ subsample: 1, columns: 1, 'early-stopping': 0 },
})
