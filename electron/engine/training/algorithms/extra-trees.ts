import type { Algorithm } from '../algorithm.ts'
import { fitForest } from '../trees/fit-forest.ts'
import {
  drawnColumns,
  forestDeviceReason,
  forestParameters,
  growthOf,
  growthSeconds,
} from '../trees/forest-parameters.ts'

/** Geurts, Ernst and Wehenkel 2006, "Extremely randomized trees"; a place is drawn evenly among a node's bins rather than its values. */
export const extraTrees: Algorithm = {
  id: 'extra-trees',
  name: 'Extra trees',
  help: 'Deep trees on all rows; each branch takes the best of a few columns, each split at a place drawn at random.',
  usual: false,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu'],
  deviceReason: forestDeviceReason,
  parameters: forestParameters,
  expectedSeconds: (shape, parameters) =>
    growthSeconds(shape, parameters, parameters.trees as number, Math.sqrt(shape.columns)),
  fit: (data, parameters, context) =>
    fitForest(
      data,
      {
        ...{ ...growthOf(parameters), trees: parameters.trees as number, isBootstrapped: false, splitsAtRandom: true },
        // Values drawn at random want more columns to choose from.
        drawnColumns: width =>
          drawnColumns((parameters.columns as number) || (data.task === 'regression' ? 1 : 0), width, data.task),
      },
      context,
    ),
}
