import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Run, Task, Verdict } from '../../../shared/model/run.ts'
import type { JobContext } from '../jobs/index.ts'
import { alignClasses } from './align-classes.ts'
import type { Recipe } from './recipe.ts'

export interface RetrainInput {
  alias: string
  champion: ModelVersion
  recipe: Recipe
  dataset: { name: string; version: number; sha256: string }
  /** Absolute. */
  parquetFile: string
  /** The champion was trained on this very dataset version. */
  sameDataset: boolean
}

/** What a training run tells, besides the files it leaves: `bundle/` and `predictions.parquet` in `outFolder`. */
export type Trained = Pick<
  Run,
  | 'task'
  | 'classes'
  | 'device'
  | 'metrics'
  | 'intervals'
  | 'validationMetrics'
  | 'rows'
  | 'testRowsDigest'
  | 'placement'
  | 'bytesPerStep'
  | 'warnings'
  | 'seconds'
>

export interface PairedDifference {
  metric: string
  difference: number
  interval: [number, number]
  verdict: Verdict
}

/** The parts of lower domains that a retraining is made of. */
export interface RetrainTools {
  train(input: RetrainInput, context: JobContext): Promise<Trained>
  readTable(file: string, options: { columns?: string[]; signal?: AbortSignal }): Promise<Table>
  openPredictor(folder: string): Promise<{
    signature: Signature
    predictTable(table: Table, signal?: AbortSignal): Promise<Float32Array>
    close(): Promise<void>
  }>
  comparePaired(input: {
    task: Task
    classes: string[]
    truth: Float64Array
    baseline: Float32Array
    candidate: Float32Array
    seed: number
  }): Promise<PairedDifference[]>
  selectionMetric(task: Task): string
}

export interface RetrainOutput {
  trained: Trained
  comparison: PairedDifference
  /** Rows that both models were scored on. */
  testRows: number
}

/** Trains the recipe on the newer rows, then scores the champion's bundle on the very test rows of the new run. */
export function makeRetrainJob(tools: RetrainTools) {
  return async (input: RetrainInput, context: JobContext): Promise<RetrainOutput> => {
    const { signal } = context
    const progress = context.progress
    const trained = await tools.train(input, {
      ...context,
      progress: (fraction, phase) => progress(fraction === null ? null : fraction * 0.8, phase),
    })
    const { task, classes } = trained
    if (!task) throw new AppError('internal', 'The new run does not tell its task')
    progress(0.85, 'scoring the champion on the same rows')
    const predictions = await tools.readTable(join(context.outFolder, 'predictions.parquet'), { signal })
    const rows = Int32Array.from(numbersOf(predictions, 'row'))
    const truth = numbersOf(predictions, 'truth')
    const candidate = candidateOf(predictions, classes)
    const predictor = await tools.openPredictor(join(context.folder, 'in', 'champion'))
    let baseline: Float32Array
    try {
      const names = predictor.signature.columns.map(column => column.name)
      const table = await tools.readTable(input.parquetFile, { columns: names, signal })
      const predicted = await predictor.predictTable(selectRows(table, rows), signal)
      baseline = alignClasses(predicted, predictor.signature.classes, classes)
    } finally {
      await predictor.close()
    }
    signal.throwIfAborted()
    progress(0.95, 'comparing')
    const metric = tools.selectionMetric(task)
    const differences = await tools.comparePaired({
      task,
      classes,
      truth,
      baseline,
      candidate,
      seed: input.recipe.seed,
    })
    const comparison = differences.find(difference => difference.metric === metric)
    if (!comparison) throw new AppError('internal', `The comparison lacks the metric ${metric}`)
    return { trained, comparison, testRows: rows.length }
  }
}

function numbersOf(table: Table, name: string): Float64Array {
  const column = table.columns.find(one => one.name === name)
  if (column?.kind !== 'numeric') throw new AppError('internal', `The new run's predictions lack "${name}"`)
  return column.values
}

/** The new run's own predictions as the evaluation takes them: row-major [n, C], or [n] values. */
function candidateOf(predictions: Table, classes: string[]): Float32Array {
  if (!classes.length) return Float32Array.from(numbersOf(predictions, 'value'))
  const columns = classes.map((_, i) => numbersOf(predictions, `p${i}`))
  const flat = new Float32Array(predictions.rows * classes.length)
  for (let row = 0; row < predictions.rows; row += 1) {
    for (let i = 0; i < classes.length; i += 1) flat[row * classes.length + i] = columns[i]![row]!
  }
  return flat
}
