import { AppError } from '../../../shared/errors.ts'
import type { Task } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { measuredColumns } from './scored-rows.ts'

export interface RecordedPredictions {
  /** Index of each row in the dataset version. */
  row: Float64Array
  truth: Float64Array
  /** Row-major, as `measuredColumns` names them: probabilities [rows, classCount], values [rows], … */
  predictions: Float32Array
}

/** Reads a run's per-row predictions: columns `row`, `truth` and `measuredColumns`. Throws `bad-file` for another shape. */
export async function readPredictions(
  file: string,
  { task, classCount, signal }: { task: Task; classCount: number; signal?: AbortSignal },
): Promise<RecordedPredictions> {
  const outputs = measuredColumns(task, classCount)
  const table = await readTable(file, { columns: ['row', 'truth', ...outputs], signal })
  const [row, truth, ...columns] = table.columns.map(column => {
    if (column.kind === 'numeric') return column.values
    throw new AppError('bad-file', `The column "${column.name}" of recorded predictions holds text`)
  })
  const predictions = new Float32Array(table.rows * columns.length)
  columns.forEach((values, k) => {
    for (let i = 0; i < table.rows; i += 1) predictions[i * columns.length + k] = values[i]!
  })
  return { row: Float64Array.from(row!), truth: Float64Array.from(truth!), predictions }
}
