import type { EChartsCoreOption } from 'echarts/core'
import { formatNumber } from '../../shared/lib/format.ts'
import type { ColumnDrift } from '../../shared/model/monitoring.ts'
import type { Series } from '../../shared/model/run.ts'
import { lineOf } from './strokes.ts'

/** Colours of a chart, read from the page's tokens so that both themes fit. */
export interface Palette {
  text: string
  line: string
  /** Beneath the chart. */
  ground: string
  first: string
  second: string
  /** Six colours that colour-blind people tell apart; give each a dash or marker as well. */
  series: string[]
}

/** On top, in one line that is leafed through where it is too long. */
export const legendOf = (palette: Palette) => ({
  ...{ top: 0, left: 0, right: 30, type: 'scroll', textStyle: { color: palette.text } },
  ...{ pageTextStyle: { color: palette.text }, pageIconColor: palette.text, pageIconInactiveColor: palette.line },
})

/** An axis of values with its name beside it, `gap` pixels off; a name that is longer than the axis is cut. */
export const upAxis = (name: string, palette: Palette, gap: number) => ({
  ...{ type: 'value', scale: true, name, nameLocation: 'middle', nameGap: gap },
  ...{ nameTextStyle: { color: palette.text }, nameTruncate: { maxWidth: 180 } },
  axisLabel: { color: palette.text },
  splitLine: { lineStyle: { color: palette.line } },
})

interface Extent {
  min: number
  max: number
}

/** Keeps an axis of values, whose round ends may lie beyond what is drawn, within what these can be. */
export function boundsOf(range: readonly [number, number] | undefined) {
  if (!range) return {}
  const [low, high] = range
  // Of one value alone the axis reaches half of it to both sides; of more its ends are less than a third of their stretch away.
  const reach = ({ min, max }: Extent) => (max > min ? (max - min) / 3 : Math.abs(max) / 2)
  return {
    min: (drawn: Extent) => (drawn.min - reach(drawn) < low ? low : null),
    max: (drawn: Extent) => (drawn.max + reach(drawn) > high ? high : null),
  }
}

/** As a tooltip says a number. */
export const shortValue = (value: unknown) => (typeof value === 'number' ? formatNumber(value, 4) : '–')

/**
 * Curves over their steps: a colour and a dash each, so that colour alone never carries the meaning. `value` names what they are of, where they
 * are of the same.
 */
export function curveOption(curves: Series[], palette: Palette, value = ''): EChartsCoreOption {
  return {
    animation: false,
    grid: { left: value === '' ? 56 : 76, right: 16, top: 32, bottom: 36 },
    // The lines have no markers.
    legend: { ...legendOf(palette), itemStyle: { opacity: 0 } },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (value: unknown) => Number(value).toPrecision(4),
    },
    xAxis: {
      type: 'value',
      name: 'step',
      axisPointer: { label: { precision: 0 } },
      nameLocation: 'middle',
      nameGap: 22,
      axisLabel: { color: palette.text },
      nameTextStyle: { color: palette.text },
      splitLine: { show: false },
    },
    yAxis: upAxis(value, palette, 60),
    series: curves.map((curve, i) => ({
      name: curve.key,
      type: 'line',
      showSymbol: curve.steps.length < 2,
      sampling: 'minmax',
      lineStyle: { width: 1.6, ...lineOf(i, palette) },
      itemStyle: { color: lineOf(i, palette).color },
      data: curve.steps.map((step, j) => [step, curve.values[j]]),
    })),
  }
}

/** Shares of rows a bin, reference filled and current as an outline over it. */
export function driftOption(
  column: ColumnDrift,
  palette: Palette,
  [first, second]: [string, string] = ['reference', 'current'],
): EChartsCoreOption {
  const labels = column.labels.length ? column.labels : binLabels(column.edges)
  return {
    animation: false,
    grid: { left: 40, right: 8, top: 8, bottom: 22 },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      valueFormatter: (value: unknown) => `${(Number(value) * 100).toFixed(1)} %`,
    },
    xAxis: [
      {
        type: 'category',
        data: labels,
        axisLabel: { color: palette.text, hideOverlap: true, width: 70, overflow: 'truncate' },
      },
      { type: 'value', show: false, min: 0, max: labels.length, axisPointer: { show: false } },
    ],
    yAxis: {
      type: 'value',
      axisLabel: { color: palette.text, formatter: (share: number) => `${Math.round(share * 100)} %` },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [
      {
        name: first,
        type: 'bar',
        barCategoryGap: '8%',
        itemStyle: { color: palette.first, opacity: 0.55 },
        data: column.reference,
      },
      {
        name: second,
        type: 'line',
        step: 'middle',
        symbol: 'none',
        lineStyle: { color: palette.second, width: 2 },
        itemStyle: { color: palette.second },
        data: column.current,
      },
      // A line over categories begins and ends in the middle of a bin.
      {
        ...{ name: '', type: 'line', xAxisIndex: 1, silent: true, symbol: 'none', tooltip: { show: false } },
        lineStyle: { color: palette.second, width: 2 },
        data: outerHalves(column.current),
      },
    ],
  }
}

/** From the outer edge of the first and the last bin to their middles, with a gap between; bin i reaches from i to i + 1. */
function outerHalves(shares: number[]): [number, number | null][] {
  const [first = null, last = null, end] = [shares[0], shares.at(-1), shares.length]
  return [
    [0, first],
    [0.5, first],
    [0.5, null],
    [end - 0.5, last],
    [end, last],
  ]
}

function binLabels(edges: number[]): string[] {
  return edges.slice(0, -1).map(edge => Number(edge.toPrecision(3)).toString())
}
