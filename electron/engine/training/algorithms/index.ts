import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import type { Algorithm } from '../algorithm.ts'
import { baseline } from './baseline.ts'
import { gradientBoosting } from './gradient-boosting.ts'
import { linear } from './linear.ts'
import { neuralNetwork } from './neural-network.ts'

export const algorithms = defineRegistry<Algorithm>(
  [baseline, linear, gradientBoosting, neuralNetwork],
  (id, known) => new AppError('bad-input', `There is no algorithm "${id}"`, { mend: `There are ${known.join(', ')}.` }),
)
