import type { EChartsCoreOption } from 'echarts/core'
import type { CsvCell } from '../../shared/lib/csv.ts'
import { texts } from './texts.ts'

export interface DrawnTable {
  columns: string[]
  rows: CsvCell[][]
}

interface Axis {
  type?: string
  name?: string
  data?: unknown[]
}
interface Series {
  type?: string
  name?: string
  silent?: boolean
  data?: unknown[]
  xAxisIndex?: number
  yAxisIndex?: number
}

const list = <Item>(value: unknown): Item[] => (Array.isArray(value) ? value : value ? [value] : []) as Item[]
const cell = (value: unknown): CsvCell =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null
const unwrap = (datum: unknown): unknown =>
  typeof datum === 'object' && datum !== null && 'value' in datum ? datum.value : datum

/** The data of a chart as a table, a line a point: its series, then its place on each axis. Guide lines (`silent`) are none. */
export function dataDrawn(option: EChartsCoreOption): DrawnTable {
  const series = list<Series>(option.series).filter(each => !each.silent)
  const parallel = list<Axis>(option.parallelAxis)
  if (parallel.length > 0) {
    const columns = [texts.series, ...parallel.map(({ name }, i) => name || texts.axis(i + 1))]
    const rows = series.flatMap(({ name, data }) =>
      (data ?? []).map(datum => [name ?? '', ...list<unknown>(unwrap(datum)).map(value => dash(cell(value)))]),
    )
    return { columns, rows }
  }
  const [across, up] = [list<Axis>(option.xAxis), list<Axis>(option.yAxis)]
  const width = Math.max(2, ...series.flatMap(({ data }) => (data ?? []).map(datum => list(unwrap(datum)).length)))
  // Of several axes of values a name in the header would be that of one; it stands with each series.
  const ofAxis = (name: string, axis: Axis | undefined) =>
    up.length > 1 && axis?.name && axis.name !== name ? `${name}: ${axis.name}` : name
  const rows = series.flatMap(({ name = '', data, xAxisIndex = 0, yAxisIndex = 0 }) =>
    (data ?? []).map((datum, i) => {
      const value = unwrap(datum)
      // A single value stands at its place along the axis of categories.
      const isAcross = across[xAxisIndex]?.type === 'category'
      const places = Array.isArray(value) ? value : isAcross ? [i, value] : [value, i]
      const shown = places.map((place, axis) =>
        axis > 1 ? cell(place) : label(axis === 0 ? across[xAxisIndex] : up[yAxisIndex], place),
      )
      return [ofAxis(name, up[yAxisIndex]), ...shown, ...Array<null>(width - shown.length).fill(null)]
    }),
  )
  const more = Array.from({ length: width - 2 }, (_, i) => (width === 3 ? texts.value : texts.nthValue(i + 1)))
  return { columns: [texts.series, across[0]?.name || 'x', (up.length === 1 && up[0]!.name) || 'y', ...more], rows }
}

/** ECharts' word for a missing value on an axis. */
const dash = (value: CsvCell): CsvCell => (value === '-' ? null : value)

function label(axis: Axis | undefined, place: unknown): CsvCell {
  if (axis?.type === 'category' && typeof place === 'number' && axis.data) return cell(unwrap(axis.data[place]))
  if (axis?.type === 'time' && typeof place === 'number') return new Date(place).toISOString()
  return dash(cell(place))
}
