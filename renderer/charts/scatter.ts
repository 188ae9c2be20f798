import type { EChartsCoreOption } from 'echarts/core'
import { boundsOf, type Palette } from './options.ts'
import { lineOf, strokeOf } from './strokes.ts'

export interface PointSet {
  name: string
  points: [number, number][]
  /** Among all that could be drawn, which colour and marker go by; its own place where it is left out. */
  place?: number
}

/** Of an axis, what its values can be. */
type Range = readonly [number, number]

/** Points of several sets: a colour and a marker each. */
export function scatterOption(
  sets: PointSet[],
  names: { x: string; y: string },
  palette: Palette,
  ranges: { x?: Range; y?: Range } = {},
): EChartsCoreOption {
  const axis = (name: string, nameGap: number, range?: Range) => ({
    type: 'value',
    scale: true,
    ...boundsOf(range),
    name,
    nameLocation: 'middle',
    nameGap,
    axisLabel: { color: palette.text },
    nameTextStyle: { color: palette.text },
    splitLine: { lineStyle: { color: palette.line } },
  })
  return {
    animation: false,
    legend: { top: 0, left: 0, right: 30, textStyle: { color: palette.text }, type: 'scroll' },
    grid: { left: 64, right: 16, top: 36, bottom: 40 },
    tooltip: { trigger: 'item', renderMode: 'richText' },
    xAxis: axis(names.x, 24, ranges.x),
    yAxis: axis(names.y, 46, ranges.y),
    series: sets.map(({ name, points, place }, i) => ({
      type: 'scatter',
      name,
      symbol: strokeOf(place ?? i).marker,
      // One of many is found by its name in the legend.
      emphasis: { focus: 'series' },
      symbolSize: points.length > 500 ? 4 : 9,
      itemStyle: { color: lineOf(place ?? i, palette).color, opacity: 0.75 },
      data: points,
    })),
  }
}
