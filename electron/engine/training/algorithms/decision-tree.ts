import type { Algorithm } from '../algorithm.ts'
import { fitForest } from '../trees/fit-forest.ts'
import { forestDeviceReason, growthOf, growthParameters, growthSeconds } from '../trees/forest-parameters.ts'

/** Breiman et al. 1984, "Classification and Regression Trees", on columns in bins, pruned by validation rows. */
export const decisionTree: Algorithm = {
  id: 'decision-tree',
  name: 'Decision tree',
  help: 'One tree of yes-or-no questions, small enough to be read; seldom the best, often the easiest to explain.',
  usual: false,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu'],
  deviceReason: forestDeviceReason,
  parameters: [
    ...growthParameters(10, 8),
    {
      ...{ name: 'pruning', kind: 'choice', default: 'validation', choices: ['validation', 'none'] },
      help: 'validation: keeps the branches that pay for themselves, as the validation rows say; none: all of them',
    },
    {
      ...{ name: 'complexity', kind: 'number', default: 0, minimum: 0, maximum: 1, advanced: true },
      help: 'With pruning, what a leaf must lower the squared error by, as a share of that without branches; 0: as the validation rows say',
    },
  ],
  expectedSeconds: (shape, parameters) => growthSeconds(shape, parameters, 1, shape.columns),
  fit: (data, parameters, context) =>
    fitForest(
      data,
      {
        ...{ ...growthOf(parameters), trees: 1, isBootstrapped: false, splitsAtRandom: false },
        pricesSets: true,
        complexity: parameters.pruning === 'validation' ? (parameters.complexity as number) : undefined,
        drawnColumns: width => width,
      },
      context,
    ),
}
