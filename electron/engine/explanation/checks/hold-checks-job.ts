import type { Check, CheckResults } from '../../../../shared/model/check.ts'
import type { ColumnType } from '../../../../shared/model/dataset.ts'
import type { Task } from '../../../../shared/model/run.ts'
import { readPredictions } from '../../evaluation/index.ts'
import type { JobFunction } from '../../jobs/index.ts'
import { rowLosses } from '../importance.ts'
import { holdChecks } from './hold-checks.ts'

export interface HoldChecksInput {
  run: string
  task: Task
  classes: string[]
  checks: Check[]
  /** Both absolute. */
  predictionsFile: string
  parquetFile: string
  /** Of the dataset version. */
  columns: { name: string; type: ColumnType }[]
}

/** What became of each pinned check on the recorded test predictions of a run. */
export const holdRunToChecks: JobFunction<HoldChecksInput, CheckResults> = async (input, { signal }) => {
  const { run, task, classes, checks, predictionsFile, parquetFile, columns } = input
  const { row, truth, predictions } = await readPredictions(predictionsFile, {
    task,
    classCount: classes.length,
    signal,
  })
  const losses = rowLosses(task, truth, predictions)
  return { run, checks: await holdChecks(checks, { parquetFile, columns, rowIds: row }, losses, signal) }
}
