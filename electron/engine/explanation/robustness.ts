import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { Mishap, Robustness } from '../../../shared/model/examination.ts'
import { Pcg32, variance } from '../numerics/index.ts'
import type { Predict } from './importance.ts'

/** Columns to which more than to be missing happens: those that are missed most. */
const mostColumns = 40
const unitFactor = 1000
const noiseLevels = [0, 0.1, 0.25, 0.5, 1, 2]

interface RobustnessOptions {
  seed: number
  /** Names of the columns that something happens to; null for all. */
  only: ReadonlySet<string> | null
  /** Loss of each row, given the answers. */
  lossesOf(answers: Float32Array): Float64Array
  metricOf(answers: Float32Array): number | null
  onProgress(share: number): void
}

/**
 * What the model loses when something happens to a column: its values are missing, carry noise of half their standard deviation, come in a unit a
 * thousand times smaller, or are a text that it never saw; and when all numbers carry ever more noise.
 */
export async function rehearse(
  table: Table,
  predict: Predict,
  { seed, only, lossesOf, metricOf, onProgress }: RobustnessOptions,
): Promise<Robustness> {
  const asIs = lossesOf(await predict(table))
  const { columns } = table
  const withColumn = (at: number, column: TableColumn): Table => ({ ...table, columns: columns.with(at, column) })
  const mishaps: Mishap[] = []
  const suffer = async (mishap: Mishap['mishap'], at: number, column: TableColumn) => {
    const losses = lossesOf(await predict(withColumn(at, column)))
    mishaps.push({ mishap, column: column.name, ...riseOf(losses, asIs) })
  }
  for (const [at, column] of columns.entries()) {
    if (only && !only.has(column.name)) continue
    onProgress((0.5 * at) / columns.length)
    await suffer('missing', at, withoutValues(column))
  }
  const missed = mishaps.toSorted((a, b) => b.rise - a.rise).slice(0, mostColumns)
  for (const [i, { column: name }] of missed.entries()) {
    onProgress(0.5 + (0.4 * i) / missed.length)
    const at = columns.findIndex(column => column.name === name)
    const column = columns[at]!
    if (column.kind === 'text') await suffer('unseen', at, unseen(column))
    else if (column.type === 'number' || column.type === 'integer') {
      await suffer('noise', at, noisy(column, 0.5, new Pcg32(seed, 31 + at)))
      await suffer('unit', at, { ...column, values: column.values.map(value => value * unitFactor) })
    }
  }
  const noise: Robustness['noise'] = []
  for (const [i, deviations] of noiseLevels.entries()) {
    onProgress(0.9 + (0.1 * i) / noiseLevels.length)
    const random = new Pcg32(seed, 23)
    const shaken = columns.map(column =>
      column.kind === 'numeric' && column.type !== 'boolean' && deviations > 0
        ? noisy(column, deviations, random)
        : column,
    )
    const answers = await predict({ ...table, columns: shaken })
    noise.push({ deviations, loss: meanOf(lossesOf(answers)), metric: metricOf(answers) })
  }
  return { rows: table.rows, mishaps: mishaps.sort((a, b) => b.rise - a.rise), noise }
}

function withoutValues(column: TableColumn): TableColumn {
  if (column.kind === 'text') return { ...column, codes: new Int32Array(column.codes.length).fill(-1) }
  return { ...column, values: new Float64Array(column.values.length).fill(Number.NaN) }
}

/** A text that no row has. */
function unseen(column: TableColumn & { kind: 'text' }): TableColumn {
  let text = 'unseen'
  while (column.dictionary.includes(text)) text += '?'
  return {
    ...column,
    dictionary: [...column.dictionary, text],
    codes: new Int32Array(column.codes.length).fill(column.dictionary.length),
  }
}

function noisy(column: TableColumn & { kind: 'numeric' }, deviations: number, random: Pcg32): TableColumn {
  const spread = Math.sqrt(variance(column.values.filter(value => Number.isFinite(value))))
  const size = Number.isFinite(spread) ? deviations * spread : 0
  const isWhole = column.type === 'integer'
  return {
    ...column,
    values: column.values.map(value => {
      const moved = value + size * random.nextGaussian()
      return isWhole ? Math.round(moved) : moved
    }),
  }
}

function riseOf(losses: Float64Array, asIs: Float64Array): Pick<Mishap, 'rise' | 'interval'> {
  const rises = losses.map((loss, row) => loss - asIs[row]!)
  const rise = meanOf(rises)
  const margin = rises.length > 1 ? 1.959964 * Math.sqrt(variance(rises) / rises.length) : 0
  return { rise, interval: [rise - margin, rise + margin] }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0)
}
