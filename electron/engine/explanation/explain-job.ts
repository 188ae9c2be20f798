import { join } from 'node:path'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { Explanation, TreeContributions } from '../../../shared/model/explanation.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import type { DeviceChoice, Task } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { readPredictions } from '../evaluation/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { openOnDevice } from '../runtime/index.ts'
import { readFramed } from '../training/index.ts'
import { partialDependence } from './dependence.ts'
import { forecastGroups, sharedValues } from './forecast-rows.ts'
import { permutationImportance } from './importance.ts'
import { localEffects } from './local-effects.ts'
import { rowsOfWide, saidOfWide, screenWide } from './screen-columns.ts'
import { groupSimilar, mostAlike } from './similar-columns.ts'
import { openTreeExplainer, rowsToExplain, type TreeExplainer, treeContributions } from './tree-explainer.ts'

export interface ExplainInput {
  run: string
  /** Absolute. */
  parquetFile: string
  task: Task
  classes: string[]
  target: string
  seed: number
  /** Of a run that takes the last values of a series; jobs that waited since before do not say. */
  forecast?: ForecastRequest | null
  /** Of the dataset version. */
  datasetRows: number
  /** Test rows to work it out on, at most. */
  rows: number
  /** Where its answers are worked out; jobs that waited since before do not say. */
  device?: DeviceChoice
}

/** Of so many groups the first columns are looked at one value after the other. */
const dependentGroups = 8
const columnsOfGroup = 2
const repeats = 5
/** Rows that ways at branches are counted by, where the model's file does not say them. */
const backgroundRows = 20_000

/** What a run's model goes by. Its bundle lies in the job's `in/bundle`, its recorded predictions in `in/predictions.parquet`. */
export const explainRun: JobFunction<ExplainInput, Explanation> = async (input, context) => {
  const start = performance.now()
  const { task, classes, seed } = input
  const { signal } = context
  context.progress(null, 'reading')
  const bundle = join(context.folder, 'in', 'bundle')
  const file = join(context.folder, 'in', 'predictions.parquet')
  const recorded = await readPredictions(file, { task, classCount: classes.length, signal })
  const { predictor, device, warnings } = await openOnDevice(bundle, input.device ?? 'auto', context)
  try {
    const columns = predictor.signature.columns.map(({ name }) => name)
    const testRows = recorded.row.length
    const step = Math.max(1, Math.ceil(testRows / rowsOfWide(input.rows, columns.length)))
    const picked = Int32Array.from({ length: Math.ceil(testRows / step) }, (_, i) => i * step)
    const rowIds = picked.map(place => recorded.row[place]!)
    const { forecast, target, parquetFile } = input
    const framed = forecast ? await readFramed({ parquetFile, target, forecast }, columns, signal) : null
    const table = framed
      ? selectRows(framed.table, Int32Array.from(rowIds))
      : await readTable(parquetFile, { columns, rows: rowIds, signal })
    const predict = (asked: typeof table) => predictor.predictTable(asked, signal)
    const screened = forecast
      ? null
      : await screenWide(table, predict, {
          seed,
          onProgress: share => context.progress(0.05 + 0.35 * share, 'looking for the columns that it goes by'),
        })
    const kept = new Set(screened?.kept)
    const alone = screened ? { ...table, columns: table.columns.filter(({ name }) => kept.has(name)) } : table
    const groups = forecast ? forecastGroups(columns, target, forecast) : groupSimilar(alone)
    const from = screened ? 0.4 : 0.05
    const { base, importance } = await permutationImportance(table, predict, {
      ...{ task, repeats, seed, groups: screened?.others.length ? [...groups, screened.others] : groups },
      truth: Float64Array.from(picked, place => recorded.truth[place]!),
      onProgress: share => context.progress(from + (0.7 - from) * share, 'shuffling columns'),
    })
    const looked = importance
      .filter(({ columns: own }) => own !== screened?.others && (!forecast || own.length === 1))
      .slice(0, dependentGroups)
    const told = looked.flatMap(each => each.columns.slice(0, columnsOfGroup))
    const dependence: Explanation['dependence'] = []
    const alike = mostAlike(table, told)
    for (const [i, column] of told.entries()) {
      context.progress(0.7 + (0.15 * i) / told.length, 'setting columns to their values')
      const effects = await localEffects(table, predict, column)
      const asked = await partialDependence(table, predict, column, rowIds)
      dependence.push({ ...asked, effects, alike: alike.get(column) ?? null })
    }
    context.progress(0.85, 'explaining single rows')
    // The trees of a forecast see what its graph makes of the last values, which is none of its columns.
    const explainer = forecast
      ? null
      : await openTreeExplainer(
          bundle,
          input,
          () =>
            readTable(parquetFile, {
              ...{ columns, signal },
              rows: withoutRows(input.datasetRows, recorded.row, backgroundRows),
            }),
          signal,
        )
    const trees =
      explainer &&
      (await explainRows(explainer, table, rowIds, share =>
        context.progress(0.85 + 0.15 * share, 'explaining single rows'),
      ))
    return {
      ...{ run: input.run, device },
      warnings: [
        ...warnings,
        ...(forecast ? [sharedValues] : []),
        ...(screened ? [saidOfWide(screened, columns.length)] : []),
      ],
      ...{ rows: table.rows, testRows, repeats, base, importance, dependence, trees },
      loss: task === 'regression' ? 'squared-error' : 'log-loss',
      outputs: task === 'regression' ? [input.target] : classes,
      seconds: (performance.now() - start) / 1000,
    }
  } finally {
    await predictor.close()
  }
}

async function explainRows(
  explainer: TreeExplainer,
  table: Table,
  rowIds: Int32Array,
  onProgress: (share: number) => void,
): Promise<TreeContributions> {
  try {
    const rows = rowsToExplain(explainer, table.rows)
    const some = Int32Array.from({ length: rows }, (_, i) => Math.floor((i * table.rows) / rows))
    return await treeContributions(
      explainer,
      selectRows(table, some),
      some.map(place => rowIds[place]!),
      onProgress,
    )
  } finally {
    await explainer.close()
  }
}

/** At most `most` of the rows, evenly spaced, that are not among these. */
export function withoutRows(rows: number, left: ArrayLike<number>, most: number): Int32Array {
  const isLeft = new Uint8Array(rows)
  for (let i = 0; i < left.length; i += 1) isLeft[left[i]!] = 1
  const others = Int32Array.from({ length: rows }, (_, row) => row).filter(row => !isLeft[row])
  const count = Math.min(most, others.length)
  return Int32Array.from({ length: count }, (_, i) => others[Math.floor((i * others.length) / count)]!)
}
