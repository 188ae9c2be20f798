import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Check, CheckResult } from '../../../shared/model/check.ts'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { PairedDifference } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { comparePaired, measuredOf, readPredictions, selectionMetric } from '../evaluation/index.ts'
import { holdChecks, rowLosses } from '../explanation/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { openPredictor } from '../runtime/index.ts'
import { type BaseModel, readFramed, type Trained, trainModel } from '../training/index.ts'
import type { Recipe } from './recipe.ts'

export interface RetrainInput {
  alias: string
  champion: ModelVersion
  /** Whose recipe it is; often the champion. */
  source: ModelVersion
  recipe: Recipe
  dataset: { name: string; version: number; sha256: string }
  /** Absolute. */
  parquetFile: string
  /** Of a fine-tuning: the model that it goes on from. */
  base?: BaseModel
  /** The champion was trained on this very dataset version. */
  sameDataset: boolean
  /** Pinned slices of the dataset and target, and its columns; jobs that waited since before have none. */
  checks?: Check[]
  datasetColumns?: { name: string; type: ColumnType }[]
}

export interface RetrainOutput {
  trained: Trained
  comparison: PairedDifference
  /** Rows that both models were scored on. */
  testRows: number
  checks: CheckResult[]
}

/**
 * Trains the recipe on the newer rows, then scores the champion's bundle, which lies in the job's `in/champion`, on the very test rows of the
 * new run.
 */
export const retrainModel: JobFunction<RetrainInput, RetrainOutput> = async (input, context) => {
  const { recipe, dataset, parquetFile, base } = input
  const { signal } = context
  const trained = await trainModel(
    { ...recipe, dataset, parquetFile, device: 'auto', folds: 0, warnings: [], ...(base ? { base } : {}) },
    {
      ...context,
      progress: (fraction, phase) => context.progress(fraction === null ? null : fraction * 0.8, phase),
    },
  )
  const { task, classes } = trained
  if (!task) throw new AppError('internal', 'The new run does not tell its task')
  context.progress(0.85, 'scoring the champion on the same rows')
  const recorded = await readPredictions(join(context.outFolder, 'predictions.parquet'), {
    ...{ task, classCount: classes.length, signal },
  })
  const predictor = await openPredictor(join(context.folder, 'in', 'champion'))
  let baseline: Float32Array
  try {
    const names = predictor.signature.columns.map(column => column.name)
    const { forecast, target } = recipe
    const framed = forecast ? await readFramed({ parquetFile, target, forecast }, names, signal) : null
    const table = framed?.table ?? (await readTable(parquetFile, { columns: names, signal }))
    const predicted = await predictor.predictTable(selectRows(table, Int32Array.from(recorded.row)), signal)
    baseline = measuredOf(predictor.signature, predicted, classes)
  } finally {
    await predictor.close()
  }
  context.progress(0.95, 'comparing')
  const metric = selectionMetric(task)
  const differences = await comparePaired({
    ...{ task, classes, baseline, seed: recipe.seed, signal, together: recorded.together },
    truth: recorded.truth,
    candidate: recorded.predictions,
  })
  const comparison = differences.find(difference => difference.metric === metric)
  if (!comparison) throw new AppError('internal', `The comparison lacks the metric ${metric}`)
  const losses = rowLosses(task, recorded.truth, recorded.predictions)
  const loss = task === 'regression' ? 'squared-error' : 'log-loss'
  const checks = await holdChecks(
    (input.checks ?? []).filter(check => check.loss === loss),
    { parquetFile, columns: input.datasetColumns ?? [], rowIds: recorded.row },
    losses,
    signal,
  )
  return { trained, comparison, testRows: recorded.row.length, checks }
}
