import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import type { Algorithm } from '../algorithm.ts'
import { baseline } from './baseline.ts'
import { blendOf } from './blend.ts'
import { decisionTree } from './decision-tree.ts'
import { extraTrees } from './extra-trees.ts'
import { fineTune } from './fine-tune.ts'
import { gradientBoosting } from './gradient-boosting.ts'
import { isolationForest } from './isolation-forest.ts'
import { kMeans } from './k-means.ts'
import { linear } from './linear.ts'
import { linearSvm } from './linear-svm.ts'
import { naiveBayes } from './naive-bayes.ts'
import { nearestNeighbours } from './nearest-neighbours.ts'
import { neuralNetwork } from './neural-network.ts'
import { randomForest } from './random-forest.ts'

/** Each learns by itself; a blend is of these. */
const single: Algorithm[] = [
  baseline,
  linear,
  linearSvm,
  gradientBoosting,
  randomForest,
  extraTrees,
  decisionTree,
  neuralNetwork,
  nearestNeighbours,
  naiveBayes,
]

export const algorithms = defineRegistry<Algorithm>(
  [...single, blendOf(single), fineTune, isolationForest, kMeans],
  (id, known) => new AppError('bad-input', `There is no algorithm "${id}"`, { mend: `There are ${known.join(', ')}.` }),
)
