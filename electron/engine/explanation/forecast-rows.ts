import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { ForecastWindow } from '../../../shared/model/examination.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import type { Framed } from '../training/index.ts'

/** Said with every interval. */
export const sharedValues = 'Rolling origins share values: intervals are narrower than they should be'

const shownWindows = 20
/** Of more last values some that follow each other are shuffled together. */
const mostLags = 40
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const months = 'January February March April May June July August September October November December'.split(' ')
const day = 86_400_000

/**
 * What is shuffled together among the rows of a forecast: all last values of the target; each of them alone (of very many, stretches of them);
 * the last values of another column; every other column alone.
 */
export function forecastGroups(columns: readonly string[], target: string, { past = [] }: ForecastRequest): string[][] {
  const lastOf = (name: string) => columns.filter(column => column.startsWith(`${name}[-`))
  const lags = lastOf(target)
  const size = Math.ceil(lags.length / mostLags)
  const stretches = Array.from({ length: Math.ceil(lags.length / size) }, (_, i) =>
    lags.slice(i * size, (i + 1) * size),
  )
  const others = past.map(lastOf)
  const grouped = new Set([...lags, ...others.flat()])
  const alone = columns.filter(column => !grouped.has(column)).map(column => [column])
  return [...(lags.length > 1 ? [lags] : []), ...stretches, ...others, ...alone].filter(({ length }) => length > 0)
}

/** Of rows of a forecast what a person tells them apart by: the step, the series, the calendar of the foretold time, what is known in advance. */
export function calendarOf({ frame }: Framed, rows: Int32Array, { known = [], time, series }: ForecastRequest): Table {
  const pick = (column: TableColumn): TableColumn =>
    column.kind === 'text'
      ? { ...column, codes: rows.map(row => column.codes[row]!) }
      : { ...column, values: Float64Array.from(rows, row => column.values[row]!) }
  const named = [...(series === undefined ? [] : [series]), ...known].map(name => pick(frame.columnOf(name)!))
  const own = frame.columnOf(time)!
  const isDate = own.type === 'date' || own.type === 'datetime'
  const times = own.kind === 'numeric' && isDate ? Array.from(rows, row => own.values[row]!) : []
  const part = (name: string, labels: string[], of: (time: number) => number): TableColumn[] => {
    const codes = Int32Array.from(times, of)
    return new Set(codes).size > 1
      ? [{ ...{ name: `${name} of ${time}`, type: 'text', kind: 'text' }, dictionary: labels, codes }]
      : []
  }
  const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)
  return {
    rows: rows.length,
    columns: [
      pick(frame.columnOf(frame.step)!),
      ...named,
      ...part('hour', hours, at => new Date(at).getUTCHours()),
      // 1 January 1970 was a Thursday.
      ...part('weekday', weekdays, at => (((Math.floor(at / day) + 3) % 7) + 7) % 7),
      ...part('month', months, at => new Date(at).getUTCMonth()),
    ],
  }
}

/**
 * Windows (one origin of one series) by their mean squared error, the worst first; of rows that overlap in time each is one of its own. Beside
 * it that of the value of one season before.
 */
export function worstWindows({ frame }: Framed, rows: Int32Array, losses: Float64Array): ForecastWindow[] {
  const { grid, origins, ofSeries, series, season, steps, values } = frame
  const windows = new Map<string, number[]>()
  rows.forEach((row, at) => {
    const key = `${ofSeries[row]} ${origins[row]}`
    const own = windows.get(key)
    if (own) own.push(at)
    else windows.set(key, [at])
  })
  const naiveLoss = (row: number) => {
    const { first, values: known } = series[ofSeries[row]!]!
    const back = season * Math.ceil(steps[row]! / season) - steps[row]!
    return (values[row]! - (known[origins[row]! - first - back] ?? Number.NaN)) ** 2
  }
  return Array.from(windows.values(), (own): ForecastWindow => {
    const row = rows[own[0]!]!
    const mean = (of: (at: number) => number) => own.reduce((sum, at) => sum + of(at) / own.length, 0)
    const naive = mean(at => naiveLoss(rows[at]!))
    return {
      series: series[ofSeries[row]!]!.name,
      after: grid.timeOf(origins[row]!),
      rows: own.length,
      loss: mean(at => losses[at]!),
      naiveLoss: Number.isNaN(naive) ? null : naive,
    }
  })
    .sort((a, b) => b.loss - a.loss)
    .slice(0, shownWindows)
}
