import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from './options.ts'
import { lineOf, strokeOf } from './strokes.ts'

export interface PointSet {
  name: string
  points: [number, number][]
  /** Among all that could be drawn, which colour and marker go by; its own place where it is left out. */
  place?: number
}

/** Points of several sets: a colour and a marker each. */
export function scatterOption(sets: PointSet[], names: { x: string; y: string }, palette: Palette): EChartsCoreOption {
  const axis = (name: string, nameGap: number) => ({
    type: 'value',
    scale: true,
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
    xAxis: axis(names.x, 24),
    yAxis: axis(names.y, 46),
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
