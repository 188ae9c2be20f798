import { AppError } from '../../../shared/errors.ts'
import type { Task } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { type ForetoldRows, measuredColumns } from './scored-rows.ts'

export interface RecordedPredictions {
  /** Index of each row in the dataset version. */
  row: Float64Array
  truth: Float64Array
  /** Row-major, as `measuredColumns` names them: probabilities [rows, classCount], values [rows], … */
  predictions: Float32Array
  /** Of a forecast, one a row: which stretch of a horizon's length its foretold time lies in. Rows of one share values. */
  together?: Int32Array
  /** Of a forecast; those recorded by versions before lack it. */
  foretold?: ForetoldRows
}

/** Of a forecast's recorded predictions; others have no such column. */
export const stretchColumn = 'stretch'
/** Of a forecast's rows too: what they are measured by. */
export const foretoldColumns = { scale: 'scale', low: 'low', high: 'high' } as const

/**
 * Reads a run's per-row predictions: columns `row`, `truth`, `measuredColumns`, and of a forecast `stretch`,
 * `scale`, `low` and `high`. Throws `bad-file` for another shape.
 */
export async function readPredictions(
  file: string,
  { task, classCount, signal }: { task: Task; classCount: number; signal?: AbortSignal },
): Promise<RecordedPredictions> {
  const outputs = measuredColumns(task, classCount)
  const table = await readTable(file, { signal })
  const numbers = new Map(table.columns.flatMap(each => (each.kind === 'numeric' ? [[each.name, each.values]] : [])))
  const [row, truth, ...columns] = ['row', 'truth', ...outputs].map(name => {
    const values = numbers.get(name)
    if (values) return values
    throw new AppError('bad-file', `Recorded predictions have no column of numbers "${name}"`)
  })
  const stretches = numbers.get(stretchColumn)
  const [scale, low, high] = Object.values(foretoldColumns).map(name => numbers.get(name))
  const predictions = new Float32Array(table.rows * columns.length)
  columns.forEach((values, k) => {
    for (let i = 0; i < table.rows; i += 1) predictions[i * columns.length + k] = values[i]!
  })
  return {
    row: Float64Array.from(row!),
    truth: Float64Array.from(truth!),
    predictions,
    ...(stretches ? { together: Int32Array.from(stretches) } : {}),
    ...(scale && low && high
      ? { foretold: { scale: Float64Array.from(scale), bounds: [Float64Array.from(low), Float64Array.from(high)] } }
      : {}),
  }
}
