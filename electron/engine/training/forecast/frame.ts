import { AppError } from '../../../../shared/errors.ts'
import type { NumericColumn, Table, TableColumn } from '../../../../shared/inference/table.ts'
import type { ForecastRequest } from '../../../../shared/model/forecast.ts'
import { timesOf } from '../splits/index.ts'
import { type Grid, gridOf } from './grid.ts'

/** Numbers in memory; of more origins only every so many are taken. */
const mostCells = 50_000_000

/** One series on the grid: `values[i]` lies at place `first + i`; NaN where it is missing. */
export interface Series {
  name: string
  first: number
  values: Float64Array
}

/**
 * A series as rows to learn from: one for each origin (the place of the last value that is known) and step ahead. `table` holds what the
 * model takes: the time that is foretold, the series, the step, and the last values, the latest first.
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
  const longest = series.reduce((most, { values }) => Math.max(most, values.length), 0)
  const season = asked.season ?? (grid.usualSeason * 2 < longest ? grid.usualSeason : 1)
  const lagCount = asked.lags ?? Math.max(2 * season, Math.min(12, Math.floor(longest / 3)), 1)
  const { horizon } = asked
  const warnings =
    table.rows > rows.length ? [`${table.rows - rows.length} rows without a time or a series were left out`] : []
  const all = series.reduce((sum, { values }) => sum + values.length, 0)
  const stride = Math.ceil((all * horizon * (lagCount + 4)) / mostCells)
  if (stride > 1)
    warnings.push(`Forecasts are learned and tested from every ${stride}th time on: all would not go into memory`)

  const columnNames = new Set([asked.time, asked.series ?? ''])
  const fresh = (name: string) => {
    let free = name
    while (columnNames.has(free)) free += '′'
    columnNames.add(free)
    return free
  }
  const step = fresh('step')
  const lags = Array.from({ length: lagCount }, (_, k) => fresh(`${target}[-${k + 1}]`))
  const rowsOf: [series: number, origin: number, step: number][] = []
  series.forEach(({ values }, place) => {
    const last = values.length - 1
    for (let origin = last % stride; origin <= last; origin += stride) {
      const most = origin === last ? horizon : Math.min(horizon, last - origin)
      for (let ahead = 1; ahead <= most; ahead += 1) rowsOf.push([place, origin, ahead])
    }
  })
  const numbers = (name: string, type: NumericColumn['type'], of: (row: (typeof rowsOf)[number]) => number) =>
    ({ name, type, kind: 'numeric', values: fill(rowsOf, of) }) satisfies TableColumn
  const columns: TableColumn[] = [
    numbers(asked.time, time.type, ([of, origin, ahead]) => grid.timeOf(series[of]!.first + origin + ahead)),
    ...(named
      ? [
          seriesColumn(
            named,
            rowsOf.map(([of]) => of),
            series,
          ),
        ]
      : []),
    numbers(step, 'integer', ([, , ahead]) => ahead),
    ...lags.map((name, k) => numbers(name, 'number', ([of, origin]) => series[of]!.values[origin - k] ?? Number.NaN)),
  ]
  return {
    table: { rows: rowsOf.length, columns },
    values: fill(rowsOf, ([of, origin, ahead]) => series[of]!.values[origin + ahead] ?? Number.NaN),
    origins: Int32Array.from(rowsOf, ([of, origin]) => series[of]!.first + origin),
    steps: Int32Array.from(rowsOf, ([, , ahead]) => ahead),
    ofSeries: Int32Array.from(rowsOf, ([of]) => of),
    ...{ series, grid, horizon, season, lags, step, warnings },
  }
}

/** Faster than `from`, which asks for an iterator. */
function fill<Item>(items: readonly Item[], of: (item: Item) => number): Float64Array {
  const values = new Float64Array(items.length)
  for (let i = 0; i < values.length; i += 1) values[i] = of(items[i]!)
  return values
}

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
  const last = grid.places[order.at(-1) ?? 0]!
  const values = new Float64Array(order.length ? last - first + 1 : 0).fill(Number.NaN)
  const counts = new Int32Array(values.length)
  const firstRow = new Int32Array(values.length)
  for (const row of order) {
    const at = grid.places[row]! - first
    const own = value.values[row]!
    if (counts[at] && asked.repeated === 'refuse') {
      throw new AppError(
        'bad-data',
        `Rows ${firstRow[at]! + 1} and ${row + 1} are both of ${when(first + at)}${whose}`,
        {
          mend: `Say what their value is with --repeated mean, sum or last${named ? '' : ', or name the column that tells series apart with --series'}.`,
        },
      )
    }
    if (!counts[at]) firstRow[at] = row
    counts[at]! += 1
    const before = values[at]!
    if (Number.isNaN(own)) continue
    const isAdded = asked.repeated === 'sum' || asked.repeated === 'mean'
    values[at] = Number.isNaN(before) || !isAdded ? own : before + own
  }
  if (asked.repeated === 'mean')
    values.forEach((sum, at) => {
      values[at] = sum / Math.max(1, counts[at]!)
    })
  const gaps = Array.from(values.keys()).filter(at => Number.isNaN(values[at]!))
  if (gaps.length && (asked.gaps === 'refuse' || asked.gaps === 'ignore'))
    refuseGaps(gaps, { first, counts, firstRow, value, when, whose, asked })
  if (asked.gaps === 'previous') for (const at of gaps) values[at] = values[at - 1] ?? Number.NaN
  return { name, first, values }
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
  },
): void {
  const { first, counts, firstRow, value, when, whose, asked } = found
  // Where only the order counts, times of other series are no gaps of this one.
  const own = asked.gaps === 'ignore' ? gaps.filter(at => counts[at]) : gaps
  const [at] = own
  if (at === undefined) return
  const others = own.length > 1 ? `, and ${own.length - 1} more are missing` : ''
  const told = counts[at]
    ? `Row ${firstRow[at]! + 1} has no "${value.name}" at ${when(first + at)}${whose}${others}`
    : `There is no row for ${when(first + at)}${whose}${others}`
  throw new AppError('bad-data', told, {
    mend: 'Say what to do with --gaps: missing leaves them open, previous carries the last value on, ignore counts rows instead of times.',
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

function seriesColumn(column: TableColumn, ofRow: number[], series: Series[]): TableColumn {
  if (column.kind === 'text') {
    return { ...column, dictionary: series.map(({ name }) => name), codes: Int32Array.from(ofRow) }
  }
  return { ...column, values: Float64Array.from(ofRow, of => Number(series[of]!.name)) }
}
