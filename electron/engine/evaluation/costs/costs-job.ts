import { join } from 'node:path'
import { AppError } from '../../../../shared/errors.ts'
import type { CostReport, Costs } from '../../../../shared/model/costs.ts'
import type { Task } from '../../../../shared/model/run.ts'
import { readTable } from '../../datasets/index.ts'
import type { JobFunction } from '../../jobs/index.ts'
import { openPredictor } from '../../runtime/index.ts'
import { measuredOf } from '../measured.ts'
import { readPredictions } from '../predictions-file.ts'
import { rowsOfPart, spaced } from '../rows-of-part.ts'
import { truthOfColumn } from '../truth-of-column.ts'
import { reportCosts } from './report-costs.ts'

export interface CostsJobInput {
  run: string
  costs: Costs
  task: Task
  classes: string[]
  target: string
  seed: number
  isRefit: boolean
  /** Of the dataset version; absolute. */
  parquetFile: string
}

/** Of so many validation rows thresholds, shifts and constants are found, at most. */
const mostValidationRows = 100_000

/** What a run's errors cost. Its bundle, `predictions.parquet` and `split.parquet` lie in the job's `in/`. */
export const costErrors: JobFunction<CostsJobInput, CostReport> = async (input, context) => {
  const { run, costs, task, classes, target, seed, isRefit } = input
  const { signal } = context
  const folder = join(context.folder, 'in')
  context.progress(null, 'reading')
  const test = await readPredictions(join(folder, 'predictions.parquet'), { task, classCount: classes.length, signal })
  const all = await rowsOfPart(join(folder, 'split.parquet'), 'validation', signal)
  if (all.length === 0 || test.row.length === 0) {
    throw new AppError('not-comparable', `The run ${run} has no ${all.length ? 'test' : 'validation'} rows`, {
      mend: 'Train it on a split with rows in every part.',
    })
  }
  const rows = spaced(all.length, mostValidationRows).map(place => all[place]!)
  // On the CPU, as on every machine: what is found must not hang on a device.
  const predictor = await openPredictor(join(folder, 'bundle'))
  try {
    const { signature } = predictor
    const names = signature.columns.map(({ name }) => name)
    const table = await readTable(input.parquetFile, { columns: [...names, target], rows, signal })
    context.progress(0.2, 'asking the model')
    const answers = await predictor.predictTable({ ...table, columns: table.columns.slice(0, -1) }, signal)
    context.progress(0.6, 'measuring')
    const validation = {
      truth: truthOfColumn(table.columns.at(-1)!, classes),
      predictions: measuredOf(signature, answers, classes),
    }
    return { run, costs, classes, ...(await reportCosts({ costs, classes, validation, test, isRefit, seed, signal })) }
  } finally {
    await predictor.close()
  }
}
