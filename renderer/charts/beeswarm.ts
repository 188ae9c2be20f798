import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from './options.ts'

/** One line of dots: what a column adds, row by row. */
export interface Swarm {
  name: string
  contributions: readonly number[]
  /** The rows' own values, which the dots are coloured by: numbers from low to high; texts and null in grey. */
  values: readonly (number | string | null)[]
  /** How such a value reads. */
  words(value: number | string): string
}

/** Half of a line that dots may fill. */
const halfHeight = 0.38
/** Across, dots that lie in the same of so many places are spread up and down. */
const places = 80
export const swarmHeight = (count: number) => 56 + 22 * Math.max(1, count)

/** Dots of every row on one line a column, the first at the top; `chosen` is the place of a row to point out. */
export function beeswarmOption(
  swarms: readonly Swarm[],
  names: { x: string; value: string; missing: string; chosen: number },
  palette: Palette,
): EChartsCoreOption {
  const all = swarms.flatMap(({ contributions }) => contributions)
  const low = all.reduce((least, value) => Math.min(least, value), 0)
  const high = all.reduce((most, value) => Math.max(most, value), 0)
  const label = (place: number) => swarms[place]?.name ?? ''
  return {
    animation: false,
    grid: { left: 148, right: 14, top: 30, bottom: 38 },
    tooltip: {
      trigger: 'item',
      renderMode: 'richText',
      formatter: ({ data: { value } }: { data: { value: [number, number, number | string | null] } }) => {
        const [adds, across, own] = value
        const swarm = swarms[Math.round(across)]
        return `${swarm?.name} ${own === null ? names.missing : swarm?.words(own)}: ${adds}`
      },
    },
    xAxis: {
      type: 'value',
      name: names.x,
      nameLocation: 'middle',
      nameGap: 22,
      axisLabel: { color: palette.text, hideOverlap: true },
      nameTextStyle: { color: palette.text },
      splitLine: { show: false },
      axisLine: { show: false },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: -0.5,
      max: swarms.length - 0.5,
      inverse: true,
      axisTick: { show: false },
      axisLabel: {
        color: palette.text,
        customValues: swarms.map((_, place) => place),
        formatter: label,
        width: 130,
        overflow: 'truncate',
      },
      axisLine: { onZero: true, lineStyle: { color: palette.text } },
      splitLine: { show: false },
    },
    series: swarms.map(({ name, contributions, values }, place) => ({
      type: 'scatter',
      name,
      symbolSize: 5,
      data: spread(contributions, high - low).map((offset, row) => ({
        value: [contributions[row]!, place + offset, values[row] ?? null],
        symbolSize: row === names.chosen ? 11 : 5,
        itemStyle: {
          color: colourOf(values, row, palette),
          ...(row === names.chosen ? { borderColor: palette.text, borderWidth: 2 } : {}),
        },
      })),
    })),
  }
}

/** Up and down in turn, so that dots of about the same contribution fill the line evenly. */
function spread(contributions: readonly number[], range: number): number[] {
  const counts = new Map<number, number>()
  const steps = contributions.map(value => {
    const bin = range > 0 ? Math.round((value / range) * places) : 0
    const step = counts.get(bin) ?? 0
    counts.set(bin, step + 1)
    return Math.ceil(step / 2) * (step % 2 ? 1 : -1)
  })
  const most = steps.reduce((far, step) => Math.max(far, Math.abs(step)), 1)
  return steps.map(step => (halfHeight * step) / Math.max(most, 6))
}

/** From the first colour for the lowest value to the second for the highest, by rank. */
function colourOf(values: Swarm['values'], row: number, palette: Palette): string {
  const value = values[row]
  if (typeof value !== 'number') return palette.text
  const ranks = rankOf(values)
  return mixed(palette.first, palette.second, ranks.get(value) ?? 0)
}

const known = new WeakMap<Swarm['values'], ReadonlyMap<number, number>>()
function rankOf(values: Swarm['values']): ReadonlyMap<number, number> {
  const before = known.get(values)
  if (before) return before
  const distinct = [...new Set(values.filter(value => typeof value === 'number'))].sort((a, b) => a - b)
  const ranks = new Map(distinct.map((value, i) => [value, distinct.length > 1 ? i / (distinct.length - 1) : 0.5]))
  known.set(values, ranks)
  return ranks
}

/** Between two colours as the page computes them, `rgb(…)`. */
function mixed(one: string, other: string, share: number): string {
  const [from, to] = [one, other].map(colour => (colour.match(/[\d.]+/g) ?? []).map(Number))
  const part = (i: number) => Math.round(from![i]! + (to![i]! - from![i]!) * share)
  return `rgb(${part(0)}, ${part(1)}, ${part(2)})`
}
