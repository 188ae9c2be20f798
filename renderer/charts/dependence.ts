import type { EChartsCoreOption } from 'echarts/core'
import type { LocalEffects, PartialDependence } from '../../shared/model/explanation.ts'
import { legendOf, type Palette, shortValue } from './options.ts'
import { lineOf } from './strokes.ts'

interface DependenceNames {
  /** Of the outputs to draw, by their place. */
  outputs: Map<number, string>
  low: string
  high: string
  /** Of the axis: what the model says. */
  answer: string
  /** Of the axis of local effects. */
  change: string
  share: string
  missing: string
  row(place: number): string
}

/**
 * The mean answer over a column's values, above bars of how many rows lie there. One output has its spread as two thin lines. Numbers and times
 * have an axis, on which a missing value has no place. Of one output single rows are drawn too, thin beneath the mean.
 */
export function dependenceOption(told: PartialDependence, names: DependenceNames, palette: Palette): EChartsCoreOption {
  const { values, means, spread, density, type, individual } = told
  const isText = type === 'text' || type === 'boolean'
  const shown = values.flatMap((value, i) => (isText || value !== null ? [i] : []))
  const label = (value: number | string | null) => {
    if (value === null) return names.missing
    return type === 'boolean' ? String(value === 1) : String(value)
  }
  const points = (of: readonly number[]) => shown.map(i => (isText ? of[i]! : [values[i], of[i]!]))
  const line = (name: string, color: string | undefined, of: readonly number[], dash: string, width: number) => ({
    name,
    type: 'line',
    symbol: isText ? 'circle' : 'none',
    symbolSize: 5,
    lineStyle: { color, width, type: dash },
    itemStyle: { color },
    data: points(of),
  })
  const outputs = [...names.outputs]
  const only = outputs.length === 1 ? outputs[0]![0] : null
  const bounds = only === null ? [] : [0, 1].map(side => spread[only]!.map(each => each[side]!))
  const rows = only === null ? [] : (individual.answers[only] ?? [])
  const axis = isText
    ? { type: 'category', data: shown.map(i => label(values[i]!)) }
    : { type: type === 'date' || type === 'datetime' ? 'time' : 'value', scale: true, splitLine: { show: false } }
  return {
    animation: false,
    grid: { left: 60, right: 12, top: 28, bottom: 24 },
    legend: {
      ...legendOf(palette),
      data: [...names.outputs.values(), ...(only === null ? [] : [names.low, names.high]), names.share],
    },
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: shortValue },
    xAxis: { ...axis, axisLabel: { color: palette.text, hideOverlap: true, width: 80, overflow: 'truncate' } },
    yAxis: [
      {
        type: 'value',
        scale: true,
        ...{ name: names.answer, nameLocation: 'middle', nameGap: 40, nameTextStyle: { color: palette.text } },
        axisLabel: { color: palette.text },
        splitLine: { lineStyle: { color: palette.line } },
      },
      { type: 'value', show: false, min: 0, max: Math.max(...density) * 4 || 1 },
    ],
    series: [
      ...rows.map((of, i) => ({
        ...line(names.row(individual.rows[i]!), palette.text, of, 'solid', 1),
        lineStyle: { color: palette.text, width: 1, opacity: 0.25 },
        ...{ symbol: 'none', tooltip: { show: false }, emphasis: { disabled: true }, z: 1 },
      })),
      ...outputs.map(([k, name], i) => {
        const { color, type: dash } = lineOf(i, palette)
        return line(name, color, means[k]!, dash, 2)
      }),
      ...bounds.map((of, side) => line(side ? names.high : names.low, palette.first, of, 'dotted', 1)),
      {
        name: names.share,
        type: 'bar',
        yAxisIndex: 1,
        barMaxWidth: 12,
        itemStyle: { color: palette.second, opacity: 0.35 },
        data: points(density),
      },
    ],
  }
}

/** How the answer changes along a column among rows that are there, above bars of how many lie between the edges. */
export function localEffectsOption(
  { edges, counts, values }: LocalEffects,
  type: PartialDependence['type'],
  names: Pick<DependenceNames, 'outputs' | 'share' | 'change'>,
  palette: Palette,
): EChartsCoreOption {
  const rows = counts.reduce((sum, count) => sum + count, 0)
  const shares = counts.map(count => count / rows)
  return {
    animation: false,
    grid: { left: 60, right: 12, top: 28, bottom: 24 },
    legend: legendOf(palette),
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: shortValue },
    xAxis: {
      ...{ type: type === 'date' || type === 'datetime' ? 'time' : 'value', scale: true, splitLine: { show: false } },
      axisLabel: { color: palette.text, hideOverlap: true },
    },
    yAxis: [
      {
        ...{ type: 'value', scale: true, axisLabel: { color: palette.text } },
        ...{ name: names.change, nameLocation: 'middle', nameGap: 40, nameTextStyle: { color: palette.text } },
        splitLine: { lineStyle: { color: palette.line } },
      },
      { type: 'value', show: false, min: 0, max: Math.max(...shares) * 4 || 1 },
    ],
    series: [
      ...[...names.outputs].map(([k, name], i) => {
        const stroke = lineOf(i, palette)
        return {
          ...{ name, type: 'line', symbol: 'none', itemStyle: { color: stroke.color } },
          lineStyle: { width: 2, ...stroke },
          data: edges.map((edge, at) => [edge, values[k]![at]!]),
        }
      }),
      {
        ...{ name: names.share, type: 'bar', yAxisIndex: 1, barMaxWidth: 12 },
        itemStyle: { color: palette.second, opacity: 0.35 },
        data: shares.map((share, at) => [(edges[at]! + edges[at + 1]!) / 2, share]),
      },
    ],
  }
}
