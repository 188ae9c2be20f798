import { join } from 'node:path'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Explanation } from '../../../shared/model/explanation.ts'
import type { Task } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { readPredictions } from '../evaluation/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { openPredictor } from '../runtime/index.ts'
import { partialDependence } from './dependence.ts'
import { permutationImportance } from './importance.ts'
import { groupSimilar } from './similar-columns.ts'

export interface ExplainInput {
  run: string
  /** Absolute. */
  parquetFile: string
  task: Task
  classes: string[]
  target: string
  seed: number
  /** Test rows to work it out on, at most. */
  rows: number
}

/** Of so many groups the first columns are looked at one value after the other. */
const dependentGroups = 8
const columnsOfGroup = 2
const repeats = 5

/** What a run's model goes by. Its bundle lies in the job's `in/bundle`, its recorded predictions in `in/predictions.parquet`. */
export const explainRun: JobFunction<ExplainInput, Explanation> = async (input, context) => {
  const start = performance.now()
  const { task, classes, seed } = input
  const { signal } = context
  context.progress(null, 'reading')
  const file = join(context.folder, 'in', 'predictions.parquet')
  const recorded = await readPredictions(file, { task, classCount: classes.length, signal })
  const predictor = await openPredictor(join(context.folder, 'in', 'bundle'))
  try {
    const columns = predictor.signature.columns.map(({ name }) => name)
    const testRows = recorded.row.length
    const step = Math.max(1, Math.ceil(testRows / input.rows))
    const picked = Int32Array.from({ length: Math.ceil(testRows / step) }, (_, i) => i * step)
    const whole = await readTable(input.parquetFile, { columns, signal })
    const table = selectRows(
      whole,
      picked.map(place => recorded.row[place]!),
    )
    const predict = (asked: typeof table) => predictor.predictTable(asked, signal)
    const { base, importance } = await permutationImportance(table, predict, {
      ...{ task, repeats, seed, groups: groupSimilar(table) },
      truth: Float64Array.from(picked, place => recorded.truth[place]!),
      onProgress: share => context.progress(0.05 + 0.75 * share, 'shuffling columns'),
    })
    const told = importance.slice(0, dependentGroups).flatMap(each => each.columns.slice(0, columnsOfGroup))
    const dependence: Explanation['dependence'] = []
    for (const [i, column] of told.entries()) {
      context.progress(0.8 + (0.2 * i) / told.length, 'setting columns to their values')
      dependence.push(await partialDependence(table, predict, column))
    }
    return {
      run: input.run,
      ...{ rows: table.rows, testRows, repeats, base, importance, dependence },
      loss: task === 'regression' ? 'squared-error' : 'log-loss',
      outputs: task === 'regression' ? [input.target] : classes,
      seconds: (performance.now() - start) / 1000,
    }
  } finally {
    await predictor.close()
  }
}
