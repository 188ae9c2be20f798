import type { Task } from '../../../../shared/model/run.ts'
import type { Algorithm } from '../algorithm.ts'
import { fitForest } from './fit-forest.ts'
import { drawnColumns, forestDeviceReason, forestParameters, growthOf, growthSeconds } from './forest-parameters.ts'

/** An algorithm of trees that are grown side by side. `usualShare` of the columns is drawn where the parameter leaves it open; 0: by their number. */
export function defineForest({
  isBootstrapped,
  splitsAtRandom,
  usualShare,
  ...named
}: Pick<Algorithm, 'id' | 'name' | 'help'> & {
  isBootstrapped: boolean
  splitsAtRandom: boolean
  usualShare(task: Task): number
}): Algorithm {
  return {
    ...named,
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
          ...{ ...growthOf(parameters), trees: parameters.trees as number, isBootstrapped, splitsAtRandom },
          // What one tree learns of noise the others do not: tried, the price gains nothing here.
          pricesSets: false,
          drawnColumns: width =>
            drawnColumns((parameters.columns as number) || usualShare(data.task), width, data.task),
        },
        context,
      ),
  }
}
