import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { type Run, type RunOrigin, type TrainRequest, taskChoiceOf } from '../../../shared/model/run.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { Registry } from '../registry/index.ts'
import { type FindModel, withBase } from './fine-tune/base-model.ts'
import { dataSpecOf } from './new-run.ts'
import type { TrainSpec } from './train-model.ts'

/** The request that trains a run again on a dataset version: the same in all that was asked for, and saying what it repeats. */
export function requestOf(
  run: Run,
  { dataset, version }: Pick<DatasetVersion, 'dataset' | 'version'>,
  endpoint?: string,
): TrainRequest & { algorithm: string; from: RunOrigin } {
  // Runs of before wrote down what came of it, not what was asked: for two classes the second is the positive one.
  const positive = run.positive ?? (run.task === 'binary' ? run.classes[1] : undefined)
  const told = run.task === null ? undefined : taskChoiceOf(run.task)
  const task = run.taskChoice ?? told
  // Runs of before knew neither times, groups nor folds.
  const {
    target,
    algorithm,
    parameters,
    seed,
    exclude,
    distinctRows,
    splitBy = 'parts',
    folds = 0,
    refit = false,
  } = run
  return {
    dataset: `${dataset}:${version}`,
    ...(target === null ? {} : { target }),
    ...{ algorithm, parameters, seed, exclude, distinctRows, splitBy, folds, refit },
    device: run.deviceChoice,
    ...(run.splitColumn === null ? {} : { splitColumn: run.splitColumn }),
    ...(positive === undefined ? {} : { positive }),
    ...(task === undefined ? {} : { task }),
    ...(run.forecast ? { forecast: run.forecast } : {}),
    ...(run.sampleRows ? { sampleRows: run.sampleRows } : {}),
    ...(run.recalibration ? { recalibrate: run.recalibration } : {}),
    from: { run: run.run, ...(endpoint === undefined ? {} : { endpoint }) },
  }
}

/** What a run was trained by. Throws `not-found` where the model is gone that it went on from. */
export async function specOf(
  run: Run,
  {
    datasets,
    models,
    registry,
  }: { datasets: Pick<DatasetService, 'resolve' | 'parquetPath'>; models: { find: FindModel }; registry: Registry },
): Promise<TrainSpec> {
  const version = datasets.resolve(`${run.dataset}:${run.datasetVersion}`)
  const data = dataSpecOf(version, datasets.parquetPath(version), requestOf(run, version))
  return await withBase(
    registry,
    models.find,
    { ...data, algorithm: run.algorithm, parameters: run.parameters },
    version,
  )
}
