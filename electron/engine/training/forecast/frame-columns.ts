import type { NumericColumn, Table, TableColumn } from '../../../../shared/inference/table.ts'
import type { ForecastRequest } from '../../../../shared/model/forecast.ts'
import type { Series } from './frame.ts'
import type { Grid } from './grid.ts'

export type FrameRow = [series: number, origin: number, step: number]

interface Made {
  column(): TableColumn
  about: string
}

/**
 * The columns of a forecast's rows by name: the foretold time and its step, the series, values of the dataset's columns at that time
 * (`price`), and last values (`amount[-1]` is the latest that is known, at the origin). They are filled when they are asked for.
 */
export function frameColumns({
  table,
  target,
  asked,
  series,
  grid,
  rowsOf,
}: {
  table: Table
  target: string
  asked: ForecastRequest
  series: Series[]
  grid: Grid
  rowsOf: FrameRow[]
}) {
  const byName = new Map(table.columns.map(column => [column.name, column]))
  const made = new Map<string, Made>()
  const { known: knownNames = [] } = asked
  const reserved = new Set([asked.time, asked.series ?? '', ...knownNames])
  const fresh = (name: string) => {
    let free = name
    while (reserved.has(free)) free += '′'
    reserved.add(free)
    return free
  }
  const numbers = (name: string, type: NumericColumn['type'], of: (row: FrameRow) => number): TableColumn => ({
    ...{ name, type, kind: 'numeric', values: fill(rowsOf, of) },
  })
  /** What a column of the dataset holds at a place of a series. */
  const valuesAt = (name: string, column: TableColumn, placeOf: (row: FrameRow) => number): TableColumn => {
    const rows = fill(rowsOf, row => series[row[0]]!.rowAt[placeOf(row)] ?? -1)
    if (column.kind === 'text') {
      return { ...column, name, codes: Int32Array.from(rows, row => (row < 0 ? -1 : column.codes[row]!)) }
    }
    return { ...column, name, values: rows.map(row => (row < 0 ? Number.NaN : column.values[row]!)) }
  }
  const timeType = (byName.get(asked.time) as NumericColumn).type
  made.set(asked.time, {
    column: () =>
      numbers(asked.time, timeType, ([of, origin, ahead]) => grid.timeOf(series[of]!.first + origin + ahead)),
    about: 'the time that is foretold',
  })
  const ofSeries = asked.series === undefined ? undefined : byName.get(asked.series)
  if (ofSeries) {
    made.set(ofSeries.name, { column: () => seriesColumn(ofSeries, rowsOf, series), about: 'the series' })
  }
  const step = fresh('step')
  made.set(step, {
    column: () => numbers(step, 'integer', ([, , ahead]) => ahead),
    about: `steps of ${grid.every} ahead of the last value, 1 to ${asked.horizon}`,
  })
  /** The name of the `back`th last value. */
  function last(of: string, back: number): string {
    const wanted = `${of}[-${back}]`
    const name = made.has(wanted) || !reserved.has(wanted) ? wanted : fresh(wanted)
    const column = byName.get(of)!
    made.set(name, {
      column: () =>
        of === target
          ? numbers(name, 'number', ([at, origin]) => series[at]!.values[origin + 1 - back] ?? Number.NaN)
          : valuesAt(name, column, ([, origin]) => origin + 1 - back),
      about:
        back === 1
          ? `the last known "${of}"`
          : `"${of}" ${back - 1} step${back === 2 ? '' : 's'} before the last known`,
    })
    return name
  }
  function known(name: string): string {
    made.set(name, {
      column: () => valuesAt(name, byName.get(name)!, ([, origin, ahead]) => origin + ahead),
      about: `"${name}" at the foretold time, known in advance`,
    })
    return name
  }
  /** The same at the time that answers are told from: what was different then has to be known as well. */
  function seasonBefore(of: string, season: number): string {
    const name = `${of}[season ${season}]`
    made.set(name, {
      column: () =>
        valuesAt(name, byName.get(of)!, ([, origin, ahead]) => origin + ahead - season * Math.ceil(ahead / season)),
      about: `"${of}" ${season} step${season === 1 ? '' : 's'} before the foretold time, or as many times that as lead to what is known`,
    })
    return name
  }
  function columnOf(name: string): TableColumn | null {
    const [, of = '', back] = /^(.+)\[-(\d+)\]$/.exec(name) ?? []
    const [, seasonOf = '', season] = /^(.+)\[season (\d+)\]$/.exec(name) ?? []
    if (!made.has(name) && byName.has(of)) last(of, Number(back))
    else if (!made.has(name) && byName.has(seasonOf)) seasonBefore(seasonOf, Number(season))
    else if (!made.has(name) && byName.has(name) && name !== target) known(name)
    return made.get(name)?.column() ?? null
  }
  return {
    time: asked.time,
    series: asked.series ?? '',
    step,
    last,
    known,
    seasonBefore,
    columnOf,
    about: (name: string) => made.get(name)!.about,
  }
}

function seriesColumn(column: TableColumn, rowsOf: FrameRow[], series: Series[]): TableColumn {
  if (column.kind === 'text') {
    const codes = Int32Array.from(rowsOf, ([of]) => of)
    return { ...column, dictionary: series.map(({ name }) => name), codes }
  }
  return { ...column, values: fill(rowsOf, ([of]) => Number(series[of]!.name)) }
}

/** Faster than `from`, which asks for an iterator. */
export function fill<Item>(items: readonly Item[], of: (item: Item) => number): Float64Array {
  const values = new Float64Array(items.length)
  for (let i = 0; i < values.length; i += 1) values[i] = of(items[i]!)
  return values
}
