import type { Algorithm } from '../algorithm.ts'
import { fitForest } from '../trees/fit-forest.ts'
import {
  drawnColumns,
  forestDeviceReason,
  forestParameters,
  growthOf,
  growthSeconds,
} from '../trees/forest-parameters.ts'

/** Breiman 2001, "Random forests", on columns in bins. */
export const randomForest: Algorithm = {
  id: 'random-forest',
  name: 'Random forest',
  help: 'Deep trees, each on rows drawn with replacement, each branch on columns drawn anew; their answers are averaged.',
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
        ...{ ...growthOf(parameters), trees: parameters.trees as number, isBootstrapped: true, splitsAtRandom: false },
        drawnColumns: width => drawnColumns(parameters.columns as number, width, data.task),
      },
      context,
    ),
}
