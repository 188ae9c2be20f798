import { AppError } from '../../../../shared/errors.ts'
import type { NumericColumn, Table, TableColumn } from '../../../../shared/inference/table.ts'
import type { ForecastRequest } from '../../../../shared/model/forecast.ts'
import { timesOf } from '../splits/index.ts'
import { type FrameRow, fill, frameColumns } from './frame-columns.ts'
import { type Grid, gridOf } from './grid.ts'

/** Numbers in memory; of more origins only every so many are taken. */
const mostCells = 50_000_000

/** One series on the grid: `values[i]` lies at place `first + i`; NaN where it is missing. The last one is there. */
export interface Series {
  name: string
  first: number
  values: Float64Array
  /** The row of the dataset at each place, −1 for none; goes on where rows without a value follow the last one. */
  rowAt: Int32Array
}

/**
 * A series as rows to learn from: one for each origin (the place of the last value that is known) and step ahead. `table` holds what the
 * model takes: the time that is foretold, the series, the step, what is known in advance of that time, and the last values, the latest first.
 */
export interface Frame {
  table: Table
  /** One a row: the value at the foretold time; NaN where it is missing or yet to come. */
  values: Float64Array
  origins: Int32Array
  steps: Int32Array
  /** Place in `series`. */
  ofSeries: Int32Array
  series: Series[]
  grid: Grid
  horizon: number
  season: number
  /** Names of the columns of the last values, the latest first. */
  lags: string[]
  step: string
  /** What each column of `table` holds, in words. */
  about: ReadonlyMap<string, string>
  /** Any column that a model of such rows may take, by its name; null where there is none. */
  columnOf(name: string): TableColumn | null
  warnings: string[]
}

/** Throws `bad-data` for gaps and repeated times that nobody has chosen what to do with, naming the first of them. */
export function frameSeries(table: Table, target: string, asked: ForecastRequest): Frame {
  const time = numericOf(table, asked.time)
  const value = numericOf(table, target)
  const named = asked.series === undefined ? null : columnOf(table, asked.series)
  const times = timesOf(time)
  const { codes, names } = codesOf(named, table.rows)
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row).filter(
    row => Number.isFinite(times[row]!) && codes[row]! >= 0,
  )
  const grid = gridOf(time, codes, rows, asked.gaps === 'ignore')
  const bySeries = names.map((): number[] => [])
  for (const row of rows) bySeries[codes[row]!]!.push(row)
  const series = names
    .map((name, code) => seriesOf(bySeries[code]!, { name, value, time, grid, asked, named }))
    .filter(each => each.values.length > 0)
  if (!series.length) throw new AppError('bad-data', `"${target}" has no value at any time`)
  const longest = series.reduce((most, { values }) => Math.max(most, values.length), 0)
  const season = asked.season ?? (grid.usualSeason * 2 < longest ? grid.usualSeason : 1)
  const lagCount = asked.lags ?? Math.max(2 * season, Math.min(12, Math.floor(longest / 3)), 1)
  const { horizon, known = [], past = [] } = asked
  const lastOfOthers = Math.min(lagCount, Math.max(2, season))
  const warnings = [...leftOut(table, rows, names, series), ...yetToCome(series, value, asked)]
  const all = series.reduce((sum, { values }) => sum + values.length, 0)
  const width = lagCount + 4 + 2 * known.length + past.length * lastOfOthers
  const stride = Math.ceil((all * horizon * width) / mostCells)
  if (stride > 1)
    warnings.push(`Forecasts are learned and tested from every ${stride}th time on: all would not go into memory`)

  const rowsOf: FrameRow[] = []
  series.forEach(({ values }, place) => {
    const last = values.length - 1
    for (let origin = last % stride; origin <= last; origin += stride) {
      const most = origin === last ? horizon : Math.min(horizon, last - origin)
      for (let ahead = 1; ahead <= most; ahead += 1) rowsOf.push([place, origin, ahead])
    }
  })
  const made = frameColumns({ table, target, asked, series, grid, rowsOf })
  const lags = Array.from({ length: lagCount }, (_, k) => made.last(target, k + 1))
  const others = past.flatMap(name => Array.from({ length: lastOfOthers }, (_, k) => made.last(name, k + 1)))
  const taken = [
    made.time,
    ...(named ? [made.series] : []),
    made.step,
    ...known.flatMap(name => [made.known(name), made.seasonBefore(name, season)]),
    ...lags,
    ...others,
  ]
  return {
    table: { rows: rowsOf.length, columns: taken.map(name => made.columnOf(name)!) },
    values: fill(rowsOf, ([of, origin, ahead]) => series[of]!.values[origin + ahead] ?? Number.NaN),
    origins: Int32Array.from(rowsOf, ([of, origin]) => series[of]!.first + origin),
    steps: Int32Array.from(rowsOf, ([, , ahead]) => ahead),
    ofSeries: Int32Array.from(rowsOf, ([of]) => of),
    ...{ series, grid, horizon, season, lags, step: made.step, warnings, columnOf: made.columnOf },
    about: new Map(taken.map(name => [name, made.about(name)])),
  }
}

/** One of these rows each: the stretch of a horizon's length that its foretold time lies in. Rows of one share values. */
export function stretchesOf({ origins, steps, horizon }: Frame, rows: Int32Array): Int32Array {
  return rows.map(row => Math.floor((origins[row]! + steps[row]!) / horizon))
}

function leftOut(table: Table, rows: Int32Array, names: string[], series: Series[]): string[] {
  const unnamed = table.rows - rows.length
  const empty = names.length - series.length
  return [
    ...(unnamed ? [`${unnamed} rows without a time or a series were left out`] : []),
    ...(empty ? [`${empty} series without a single value were left out`] : []),
  ]
}

/** Rows behind the last value of a series are of what is to be foretold; what is known of it in advance stands there. */
function yetToCome(series: Series[], { name }: NumericColumn, { horizon, known = [] }: ForecastRequest): string[] {
  const after = series.reduce((sum, { values, rowAt }) => sum + count(rowAt.subarray(values.length)), 0)
  const told = series.reduce(
    (sum, { values, rowAt }) => sum + count(rowAt.subarray(values.length, values.length + horizon)),
    0,
  )
  const lacking = series.length * horizon - told
  return [
    ...(after ? [`${after} rows after the last "${name}" were taken for times that are yet to come`] : []),
    ...(known.length && lacking
      ? [
          `Of ${lacking} of the ${series.length * horizon} times that come next there is no row that says ${known.map(each => `"${each}"`).join(', ')}: what comes next is foretold as if it were missing there`,
        ]
      : []),
  ]
}

const count = (rowAt: Int32Array) => rowAt.reduce((sum, row) => sum + Number(row >= 0), 0)

function seriesOf(
  rows: number[],
  {
    name,
    value,
    time,
    grid,
    asked,
    named,
  }: {
    name: string
    value: NumericColumn
    time: NumericColumn
    grid: Grid
    asked: ForecastRequest
    named: TableColumn | null
  },
): Series {
  const order = rows.sort((a, b) => grid.places[a]! - grid.places[b]! || a - b)
  const whose = named ? ` of "${name}"` : ''
  const when = (place: number) => {
    const at = grid.timeOf(place)
    if (time.type !== 'date' && time.type !== 'datetime') return String(at)
    return new Date(at)
      .toISOString()
      .slice(0, time.type === 'date' ? 10 : 16)
      .replace('T', ' ')
  }
  const first = grid.places[order[0] ?? 0]!
  const end = order.length ? grid.places[order.at(-1)!]! + 1 : first
  const last = order.findLast(row => !Number.isNaN(value.values[row]!))
  const values = new Float64Array(last === undefined ? 0 : grid.places[last]! - first + 1).fill(Number.NaN)
  const counts = new Int32Array(end - first)
  const valued = new Int32Array(values.length)
  const firstRow = new Int32Array(end - first)
  const rowAt = new Int32Array(end - first).fill(-1)
  for (const row of order) {
    const at = grid.places[row]! - first
    const own = value.values[row]!
    rowAt[at] = row
    if (counts[at] && asked.repeated === 'refuse') {
      throw new AppError(
        'bad-data',
        `Rows ${firstRow[at]! + 1} and ${row + 1} are both of ${when(first + at)}${whose}`,
        {
          mend: `Say what their value is with --repeated mean, sum or last${named ? '' : ', or name the column that tells series apart with --series'}.${changeOfClocks(grid)}`,
        },
      )
    }
    if (!counts[at]) firstRow[at] = row
    counts[at]! += 1
    const before = values[at]!
    if (Number.isNaN(own)) continue
    valued[at]! += 1
    const isAdded = asked.repeated === 'sum' || asked.repeated === 'mean'
    values[at] = Number.isNaN(before) || !isAdded ? own : before + own
  }
  if (asked.repeated === 'mean')
    values.forEach((sum, at) => {
      values[at] = sum / valued[at]!
    })
  const gaps = Array.from(values.keys()).filter(at => Number.isNaN(values[at]!))
  if (gaps.length && (asked.gaps === 'refuse' || asked.gaps === 'ignore'))
    refuseGaps(gaps, { first, counts, firstRow, value, when, whose, asked, grid })
  if (asked.gaps === 'previous') for (const at of gaps) values[at] = values[at - 1] ?? Number.NaN
  return { name, first, values, rowAt }
}

/** Local times lack an hour in spring and have one twice in autumn. */
function changeOfClocks({ isWithinDays }: Grid): string {
  return isWithinDays ? ' If it is a change of clocks, import the times in UTC.' : ''
}

function refuseGaps(
  gaps: number[],
  found: {
    first: number
    counts: Int32Array
    firstRow: Int32Array
    value: NumericColumn
    when(place: number): string
    whose: string
    asked: ForecastRequest
    grid: Grid
  },
): void {
  const { first, counts, firstRow, value, when, whose, asked, grid } = found
  // Where only the order counts, times of other series are no gaps of this one.
  const own = asked.gaps === 'ignore' ? gaps.filter(at => counts[at]) : gaps
  const [at] = own
  if (at === undefined) return
  const others = own.length > 1 ? `, and ${own.length - 1} more are missing` : ''
  const told = counts[at]
    ? `Row ${firstRow[at]! + 1} has no "${value.name}" at ${when(first + at)}${whose}${others}`
    : `There is no row for ${when(first + at)}${whose}${others}`
  throw new AppError('bad-data', told, {
    mend: `Say what to do with --gaps: missing leaves them open, previous carries the last value on, ignore counts rows instead of times.${changeOfClocks(grid)}`,
  })
}

function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.find(each => each.name === name)
  if (!column) throw new AppError('bad-input', `There is no column "${name}"`)
  return column
}

/** Throws `bad-data` for a text. */
function numericOf(table: Table, name: string): NumericColumn {
  const column = columnOf(table, name)
  if (column.kind === 'numeric') return column
  throw new AppError('bad-data', `The column "${name}" is text; a forecast wants numbers at times`, {
    mend: `Import it as a date (--type "${name}=date") or a number (--type "${name}=number").`,
  })
}

/** Which series a row is of, in the order of their first rows; −1 for none. */
function codesOf(column: TableColumn | null, rows: number): { codes: Int32Array; names: string[] } {
  if (!column) return { codes: new Int32Array(rows), names: [''] }
  const known = new Map<number, number>()
  const names: string[] = []
  const cells = column.kind === 'text' ? column.codes : column.values
  const codes = Int32Array.from({ length: rows }, (_, row) => {
    const cell = cells[row]!
    if (column.kind === 'text' ? cell < 0 : Number.isNaN(cell)) return -1
    if (!known.has(cell)) {
      known.set(cell, names.length)
      names.push(column.kind === 'text' ? column.dictionary[cell]! : String(cell))
    }
    return known.get(cell)!
  })
  return { codes, names }
}
