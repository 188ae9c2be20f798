import type { EChartsCoreOption } from 'echarts/core'
import type { LearningCurve } from '../../shared/model/learning-curve.ts'
import { metricRange } from '../../shared/model/metrics.ts'
import { boundsOf, legendOf, type Palette, shortValue } from './options.ts'
import { lineOf } from './strokes.ts'

/** Scores over the number of training rows, on a logarithmic axis, each between the bounds of its interval. `place` is that of the run among the chosen. */
export function learningCurveOption(
  curves: { name: string; place: number; told: LearningCurve }[],
  names: { x: string; y: string; low: string; high: string },
  palette: Palette,
): EChartsCoreOption {
  const axis = {
    nameLocation: 'middle',
    axisLabel: { color: palette.text, hideOverlap: true },
    nameTextStyle: { color: palette.text },
    splitLine: { lineStyle: { color: palette.line } },
  }
  const range = metricRange(curves[0]?.told.metric ?? '')
  return {
    animation: false,
    grid: { left: 64, right: 24, top: 32, bottom: 40 },
    legend: { ...legendOf(palette), data: curves.map(({ name }) => name) },
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: shortValue },
    xAxis: { ...axis, type: 'log', logBase: 2, name: names.x, nameGap: 24, splitLine: { show: false } },
    yAxis: { ...axis, type: 'value', scale: true, name: names.y, nameGap: 46, ...boundsOf(range) },
    series: curves.flatMap(({ name, place, told: { points } }) => {
      const stroke = lineOf(place, palette)
      const { color } = stroke
      const bound = (side: 0 | 1) => ({
        ...{ type: 'line', symbol: 'none', itemStyle: { color }, lineStyle: { color, width: 1, opacity: 0.5 } },
        name: `${name}, ${side ? names.high : names.low}`,
        data: points.map(({ rows, interval }) => [rows, interval[side]]),
      })
      return [
        {
          ...{ type: 'line', name, symbol: 'circle', symbolSize: 6, itemStyle: { color } },
          lineStyle: { width: 2, ...stroke },
          data: points.map(({ rows, mean }) => [rows, mean]),
        },
        bound(0),
        bound(1),
      ]
    }),
  }
}
