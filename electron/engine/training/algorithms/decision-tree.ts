import type { Algorithm } from '../algorithm.ts'
import { fitForest } from '../trees/fit-forest.ts'
import { forestDeviceReason, growthOf, growthParameters, growthSeconds } from '../trees/forest-parameters.ts'

/** Breiman et al. 1984, "Classification and Regression Trees", on columns in bins, without pruning. */
export const decisionTree: Algorithm = {
  id: 'decision-tree',
  name: 'Decision tree',
  help: 'One tree of yes-or-no questions, small enough to be read; seldom the best, often the easiest to explain.',
  usual: false,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu'],
  deviceReason: forestDeviceReason,
  parameters: growthParameters(10, 8),
  expectedSeconds: (shape, parameters) => growthSeconds(shape, parameters, 1, shape.columns),
  fit: (data, parameters, context) =>
    fitForest(
      data,
      {
        ...{ ...growthOf(parameters), trees: 1, isBootstrapped: false, splitsAtRandom: false },
        pricesSets: true,
        drawnColumns: width => width,
      },
      context,
    ),
}
