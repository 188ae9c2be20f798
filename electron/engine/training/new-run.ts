import { AppError } from '../../../shared/errors.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import type { Run, TrainRequest } from '../../../shared/model/run.ts'
import type { DataSpec } from './prepare.ts'
import type { TrainSpec } from './train-model.ts'

/** What a training or a search depends on of its data, as it was asked for. */
export function dataSpecOf(
  version: DatasetVersion,
  parquetFile: string,
  request: Pick<
    TrainRequest,
    | 'target'
    | 'device'
    | 'splitColumn'
    | 'splitBy'
    | 'folds'
    | 'seed'
    | 'positive'
    | 'task'
    | 'exclude'
    | 'distinctRows'
    | 'sampleRows'
    | 'recalibrate'
    | 'forecast'
  > &
    Partial<Pick<TrainRequest, 'refit'>>,
): DataSpec {
  const { target = null, device, splitBy, folds, seed, exclude, distinctRows } = request
  return {
    dataset: { name: version.dataset, version: version.version, sha256: version.sha256 },
    ...{ parquetFile, target, device, splitBy, folds, seed, exclude, distinctRows },
    splitColumn: request.splitColumn ?? null,
    positive: request.positive ?? null,
    task: request.task ?? null,
    recalibration: request.recalibrate ?? null,
    ...(request.refit ? { refit: true } : {}),
    ...(request.forecast ? { forecast: request.forecast } : {}),
    ...(request.sampleRows === undefined ? {} : { sampleRows: request.sampleRows }),
    warnings: version.warnings
      .filter(({ kind, column }) => warnedKinds.has(kind) && column !== target && !exclude.includes(column ?? ''))
      .map(({ message }) => message),
  }
}

/** Warnings about a dataset that matter to what is learned from it. */
const warnedKinds = new Set(['id-like', 'target-copy'])

/** Throws `bad-input` naming a column that the dataset lacks. */
export function checkColumns(
  { dataset, version, columns }: DatasetVersion,
  request: Pick<TrainRequest, 'target' | 'splitColumn' | 'exclude' | 'forecast'>,
): void {
  const names = columns.map(({ name }) => name)
  const wanted = [
    ...(request.target === undefined ? [] : [request.target]),
    ...(request.splitColumn === undefined ? [] : [request.splitColumn]),
    ...request.exclude,
    ...(request.forecast ? columnsOf(request.forecast) : []),
  ]
  if (request.forecast) refuseOwnPast(request.forecast, request.target)
  const unknown = wanted.find(name => !names.includes(name))
  if (unknown === undefined) return
  const shown = names.slice(0, 20).join(', ')
  throw new AppError('bad-input', `The dataset ${dataset}:${version} has no column "${unknown}"`, {
    mend: `Its columns are ${shown}${names.length > 20 ? ` and ${names.length - 20} more` : ''}.`,
  })
}

/** The columns of a dataset that a forecast is made of, but for the target. */
export function columnsOf({ time, series, known = [], past = [] }: ForecastRequest): string[] {
  return [time, ...(series === undefined ? [] : [series]), ...known, ...past]
}

/** Throws `bad-input` for an input that the forecast is made of already. */
function refuseOwnPast({ time, series, known = [], past = [] }: ForecastRequest, target: string | undefined): void {
  const [own] = [...known, ...past].filter(name => name === target || name === time || name === series)
  if (own === undefined) return
  const what = own === target ? 'its last values are taken anyway' : 'it is taken anyway'
  throw new AppError('bad-input', `"${own}" cannot be a further input of the forecast: ${what}`, {
    mend: 'Leave it out of --known and --past.',
  })
}

/** A run that waits. */
export function newRun(
  spec: TrainSpec,
  { run, job, name, from, createdAt }: Pick<Run, 'run' | 'from' | 'createdAt'> & { job: string; name?: string },
): Run {
  return {
    run,
    name: name ?? `${spec.algorithm} on ${spec.dataset.name}`,
    job,
    dataset: spec.dataset.name,
    datasetVersion: spec.dataset.version,
    target: spec.target,
    task: null,
    classes: [],
    algorithm: spec.algorithm,
    parameters: spec.parameters,
    splitColumn: spec.splitColumn,
    splitBy: spec.splitBy,
    folds: spec.folds,
    seed: spec.seed,
    exclude: spec.exclude,
    distinctRows: spec.distinctRows,
    sampleRows: spec.sampleRows ?? null,
    positive: spec.positive,
    taskChoice: spec.task,
    recalibration: spec.recalibration,
    refit: spec.refit ?? false,
    forecast: spec.forecast ?? null,
    from,
    script: null,
    deviceChoice: spec.device,
    device: null,
    status: 'queued',
    metrics: {},
    intervals: {},
    validationMetrics: {},
    foldMetrics: [],
    rows: null,
    testRowsDigest: null,
    bundleDigest: null,
    placement: [],
    bytesPerStep: null,
    warnings: [],
    suspects: [],
    findings: null,
    createdAt,
    startedAt: null,
    endedAt: null,
    seconds: null,
    error: null,
  }
}
