import { AppError } from '../../../shared/errors.ts'
import type { Diagnostics } from '../../../shared/model/evaluation.ts'
import type { Run } from '../../../shared/model/run.ts'
import { confusionMatrix, diagnoseClass, diagnoseRegression } from './diagnostics.ts'

/** Rows that are asked of the query process at a time. */
const pageRows = 50_000

export type Page = (file: string, offset: number, limit: number, signal?: AbortSignal) => Promise<unknown[][]>

/**
 * A run's test predictions, read through the query process (columns `row`, `truth`, then probabilities or the value), beneath its
 * metrics. `classIndex` is the class to hold against the rest. Throws `bad-input` for a class that is not there.
 */
export async function diagnoseRun(
  run: Run,
  { file, classIndex, page, signal }: { file: string; classIndex: number; page: Page; signal?: AbortSignal },
): Promise<Diagnostics> {
  const { task, classes } = run
  if (task === null) throw new AppError('not-comparable', `The run ${run.run} has no predictions yet`)
  if (task === 'clusters') {
    const rows = run.rows?.test ?? 0
    return { run: run.run, task, classes, rows, oneAgainstRest: null, confusion: null, regression: null }
  }
  const classCount = task === 'regression' ? 1 : classes.length
  const truth: number[] = []
  const flat: number[] = []
  for (let isMore = true; isMore; ) {
    const rows = await page(file, truth.length, pageRows, signal)
    for (const [, actual, ...outputs] of rows) {
      truth.push(Number(actual))
      for (let k = 0; k < classCount; k += 1) flat.push(Number(outputs[k]))
    }
    isMore = rows.length === pageRows
  }
  const predictions = Float32Array.from(flat)
  const shared = { run: run.run, task, classes, rows: truth.length }
  if (task === 'regression') {
    return { ...shared, oneAgainstRest: null, confusion: null, regression: diagnoseRegression(truth, predictions) }
  }
  const classified = { truth, predictions, classCount }
  return {
    ...shared,
    oneAgainstRest: diagnoseClass(classified, classIndex),
    confusion: confusionMatrix(classified),
    regression: null,
  }
}
