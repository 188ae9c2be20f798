import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { Check } from '../../../shared/model/check.ts'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import type { Examination } from '../../../shared/model/examination.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import type { DeviceChoice, Task } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { measure, readPredictions, rowsOfPart, selectionMetric, spaced, truthOfColumn } from '../evaluation/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { openOnDevice } from '../runtime/index.ts'
import { type Framed, readFramed } from '../training/index.ts'
import { rehearseAdversary } from './adversarial.ts'
import { holdChecks } from './checks/hold-checks.ts'
import { type Answered, fairnessBy, groupColumns } from './fairness.ts'
import { calendarOf, sharedValues, worstWindows } from './forecast-rows.ts'
import { rowLosses } from './importance.ts'
import { membershipOf } from './membership.ts'
import { rehearse } from './robustness.ts'
import { rowsOfWide, saidOfWide, screenWide } from './screen-columns.ts'
import { weakSlices } from './slices.ts'
import { likelyLabelErrors, worstRows } from './worst-rows.ts'

export interface ExamineInput {
  run: string
  /** Absolute. */
  parquetFile: string
  task: Task
  classes: string[]
  target: string
  seed: number
  /** Of a run that takes the last values of a series; jobs that waited since before do not say. */
  forecast?: ForecastRequest | null
  /** Test rows to look at, at most. */
  rows: number
  /** Where its answers are worked out; jobs that waited since before do not say. */
  device?: DeviceChoice
  /** Columns to compare groups of; empty for those that look like groups. */
  groups: string[]
  /** Whether the parts of the run's rows lie in the job's `in/split.parquet`. */
  hasSplit: boolean
  /** Slices that the run is held to, and the columns of the dataset version; jobs that waited since before have none. */
  checks?: Check[]
  datasetColumns?: { name: string; type: ColumnType }[]
}

/** Of so many test rows what happens to columns is tried, and so many training rows are held beside the test rows. */
const rehearsedRows = 2000
const comparedRows = 5000
const adversarialRows = 1000
const mostFairness = 8

/** Where a run's model fails. Its bundle lies in the job's `in/bundle`, its recorded predictions in `in/predictions.parquet`. */
export const examineRun: JobFunction<ExamineInput, Examination> = async (input, context) => {
  const start = performance.now()
  const { task, classes, seed, target } = input
  const { signal } = context
  context.progress(null, 'reading')
  const inFolder = join(context.folder, 'in')
  const recorded = await readPredictions(join(inFolder, 'predictions.parquet'), {
    ...{ task, classCount: classes.length, signal },
  })
  const testRows = recorded.row.length
  const picked = spaced(testRows, input.rows)
  const rowIds = picked.map(place => recorded.row[place]!)
  const learned = input.hasSplit ? await learnedRows(join(inFolder, 'split.parquet'), signal) : new Int32Array()
  const { forecast, parquetFile } = input
  const looked = Int32Array.from([...rowIds, ...learned])
  const folder = join(inFolder, 'bundle')
  const { predictor, device, warnings } = await openOnDevice(folder, input.device ?? 'auto', context)
  const names = predictor.signature.columns.map(({ name }) => name)
  const framed = forecast ? await readFramed({ parquetFile, target, forecast }, names, signal) : null
  // Only what is looked at is ever in memory; one reading, so that both parts share the codes of texts.
  const read = framed ? withTarget(framed, looked, target) : await readTable(parquetFile, { rows: looked, signal })
  const own = Int32Array.from(rowIds.keys())
  const table = withoutColumn(selectRows(read, own), target)
  const told = framed && forecast ? calendarOf(framed, looked.subarray(0, own.length), forecast) : table
  const width = task === 'regression' ? 1 : classes.length
  const predictions = new Float32Array(picked.length * width)
  picked.forEach((place, row) => {
    predictions.set(recorded.predictions.subarray(place * width, (place + 1) * width), row * width)
  })
  const truth = Float64Array.from(picked, place => recorded.truth[place]!)
  const losses = rowLosses(task, truth, predictions)
  const answered: Answered = { task, truth, predictions, losses }

  context.progress(0.05, 'looking for weak slices')
  const found = weakSlices(told, losses, seed)
  const usual = framed ? told.columns.map(({ name }) => name) : groupColumns(table)
  const groups = (input.groups.length ? input.groups : usual).slice(0, mostFairness)
  const fairness = groups.map(name => fairnessBy(columnOf(told, name), answered))

  const checks = await holdChecks(
    input.checks ?? [],
    { parquetFile: input.parquetFile, columns: input.datasetColumns ?? [], rowIds: recorded.row },
    rowLosses(task, recorded.truth, recorded.predictions),
    signal,
  )
  try {
    const seen = (of: Table): Table => {
      const byName = new Map(of.columns.map(column => [column.name, column]))
      return { ...of, columns: names.map(name => byName.get(name) ?? columnOf(of, name)) }
    }
    const few = spaced(table.rows, rowsOfWide(rehearsedRows, names.length))
    const fewTruth = Float64Array.from(few, row => truth[row]!)
    const metric = selectionMetric(task)
    const rehearsed = seen(selectRows(table, few))
    const predict = (asked: Table) => predictor.predictTable(asked, signal)
    const screened = await screenWide(rehearsed, predict, {
      seed,
      onProgress: share => context.progress(0.15 + 0.25 * share, 'looking for the columns that it goes by'),
    })
    const from = screened ? 0.4 : 0.15
    const robustness = await rehearse(rehearsed, predict, {
      ...{ seed, only: screened && new Set(screened.kept) },
      lossesOf: answers => rowLosses(task, fewTruth, answers),
      metricOf: answers => measure(metric, { task, classes, truth: fewTruth, predictions: answers }),
      onProgress: share => context.progress(from + (0.8 - from) * share, 'rehearsing mishaps'),
    })
    const { bundle } = predictor
    const pushed = spaced(table.rows, adversarialRows)
    const pushedTruth = Float64Array.from(pushed, row => truth[row]!)
    const adversarial =
      bundle.provenance.algorithm === 'neural-network' && !framed
        ? await rehearseAdversary(bundle, seen(selectRows(table, pushed)), {
            ...{ task, seed, signal, truth: pushedTruth },
            metricOf: answers => measure(metric, { task, classes, truth: pushedTruth, predictions: answers }),
            onProgress: share => context.progress(0.8 + 0.05 * share, 'rehearsing steps along the gradient'),
          })
        : null
    context.progress(0.85, 'looking at single rows')
    const train = learned.length ? trainOf(read, learned, input) : null
    const answers = train && (await predictor.predictTable(seen(train.table), signal))
    const isLabelError = likelyLabelErrors(answered)
    return {
      ...{ run: input.run, device },
      warnings: [
        ...warnings,
        ...(framed ? [sharedValues] : []),
        ...(screened ? [saidOfWide(screened, names.length)] : []),
      ],
      loss: task === 'regression' ? 'squared-error' : 'log-loss',
      ...{ rows: table.rows, testRows, base: losses.reduce((sum, loss) => sum + loss / losses.length, 0), metric },
      ...{ ...found, fairness, robustness, adversarial, checks },
      membership: train && answers ? membershipOf(rowLosses(task, train.truth, answers), losses) : null,
      likelyLabelErrors: isLabelError.reduce((sum, each) => sum + each, 0),
      worst: framed
        ? []
        : worstRows(seen(table), {
            ...{ answered, classes, rowIds, isLabelError },
            train: train && { ...train, table: seen(train.table) },
          }),
      windows: framed && worstWindows(framed, looked.subarray(0, own.length), losses),
      seconds: (performance.now() - start) / 1000,
    }
  } finally {
    await predictor.close()
  }
}

/** These rows of a forecast, with what is foretold as the column that it is in the dataset. */
function withTarget({ table, values }: Framed, rows: Int32Array, target: string): Table {
  const truth = { name: target, type: 'number', kind: 'numeric', values } as const
  return selectRows({ ...table, columns: [...table.columns, truth] }, rows)
}

function columnOf({ columns }: Table, name: string): TableColumn {
  const found = columns.find(column => column.name === name)
  if (found) return found
  throw new AppError('bad-input', `There is no column "${name}" to compare groups of`, {
    mend: 'Name a column of the dataset that is not the target.',
  })
}

const withoutColumn = (table: Table, name: string): Table => ({
  ...table,
  columns: table.columns.filter(column => column.name !== name),
})

/** Some of the rows that it learned from, by their places. */
async function learnedRows(file: string, signal: AbortSignal): Promise<Int32Array> {
  const all = await rowsOfPart(file, 'train', signal)
  return spaced(all.length, comparedRows).map(place => all[place]!)
}

/** They are the last rows of what was read. */
function trainOf(read: Table, rowIds: Int32Array, { target, classes }: ExamineInput) {
  const from = read.rows - rowIds.length
  const table = selectRows(
    read,
    rowIds.map((_, i) => from + i),
  )
  return { table, rowIds, truth: truthOfColumn(columnOf(table, target), classes) }
}
