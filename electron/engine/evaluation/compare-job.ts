import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { Difference, Task } from '../../../shared/model/run.ts'
import type { JobFunction } from '../jobs/index.ts'
import { comparePaired } from './compare-paired.ts'
import { type RecordedPredictions, readPredictions } from './predictions-file.ts'

export interface CompareInput {
  /** The first is the baseline. The predictions of each lie in the job's `in/RUN.parquet`. */
  runs: string[]
  task: Task
  classes: string[]
  seed: number
}

export interface CompareOutput {
  differences: Difference[]
  rows: number
}

/** Each run against the first, on the same rows. */
export const compareRuns: JobFunction<CompareInput, CompareOutput> = async (input, context) => {
  const { task, classes, seed } = input
  const { signal } = context
  const read = (run: string) =>
    readPredictions(join(context.folder, 'in', `${run}.parquet`), { task, classCount: classes.length, signal })
  const [first, ...others] = input.runs
  context.progress(0, 'reading predictions')
  const baseline = await read(first!)
  const differences: Difference[] = []
  for (const [i, run] of others.entries()) {
    context.progress(i / others.length, `comparing ${run}`)
    const candidate = await read(run)
    requireSameRows(first!, baseline, run, candidate)
    const paired = await comparePaired({
      ...{ task, classes, seed, signal },
      together: baseline.together,
      truth: baseline.truth,
      baseline: baseline.predictions,
      candidate: candidate.predictions,
      foretold: [baseline.foretold, candidate.foretold],
    })
    differences.push(...paired.map(difference => ({ baseline: first!, run, ...difference })))
  }
  return { differences, rows: baseline.row.length }
}

function requireSameRows(
  first: string,
  baseline: RecordedPredictions,
  run: string,
  candidate: RecordedPredictions,
): void {
  const isSame = (one: Float64Array, other: Float64Array) =>
    one.length === other.length && one.every((value, i) => Object.is(value, other[i]))
  if (isSame(baseline.row, candidate.row) && isSame(baseline.truth, candidate.truth)) return
  throw new AppError('not-comparable', `The recorded predictions of ${first} and ${run} are not of the same rows`, {
    mend: 'Train them anew on the same dataset version with the same seed.',
  })
}
