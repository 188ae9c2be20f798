import type { EChartsCoreOption } from 'echarts/core'
import type { Adversarial, Robustness } from '../../shared/model/examination.ts'
import { boundsOf, type Palette } from './options.ts'

/** A metric over the size of the noise that all numbers carry. */
export function noiseOption(
  noise: Robustness['noise'],
  names: { x: string; metric: string },
  palette: Palette,
  range?: readonly [number, number],
): EChartsCoreOption {
  const axis = axisOf(palette)
  return {
    animation: false,
    grid: { left: 64, right: 16, top: 12, bottom: 40 },
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    xAxis: { ...axis, name: names.x, nameGap: 24, splitLine: { show: false } },
    yAxis: { ...axis, name: names.metric, nameGap: 46, scale: true, ...boundsOf(range) },
    series: [
      {
        type: 'line',
        name: names.metric,
        lineStyle: { color: palette.first, width: 2 },
        itemStyle: { color: palette.first },
        symbolSize: 7,
        data: noise.flatMap(({ deviations, metric }) => (metric === null ? [] : [[deviations, metric]])),
      },
    ],
  }
}

/** A metric over the size of steps along the gradient, and of the same size at random. */
export function adversarialOption(
  { points }: Adversarial,
  names: { x: string; metric: string; random: string; oneStep: string; steps: string },
  palette: Palette,
  range?: readonly [number, number],
): EChartsCoreOption {
  const axis = axisOf(palette)
  const line = (key: 'random' | 'oneStep' | 'steps', color: string | undefined, type: string) => ({
    ...{ type: 'line', name: names[key], symbolSize: 6, itemStyle: { color }, lineStyle: { color, width: 2, type } },
    data: points.flatMap(point => (point[key] === null ? [] : [[point.deviations, point[key]]])),
  })
  return {
    animation: false,
    grid: { left: 64, right: 16, top: 32, bottom: 40 },
    legend: { top: 0, left: 0, right: 30, type: 'scroll', textStyle: { color: palette.text } },
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    xAxis: { ...axis, name: names.x, nameGap: 24, splitLine: { show: false } },
    yAxis: { ...axis, name: names.metric, nameGap: 46, scale: true, ...boundsOf(range) },
    series: [
      line('random', palette.series[0], 'dotted'),
      line('oneStep', palette.series[1], 'dashed'),
      line('steps', palette.series[2], 'solid'),
    ],
  }
}

const axisOf = (palette: Palette) => ({
  type: 'value',
  nameLocation: 'middle',
  axisLabel: { color: palette.text },
  nameTextStyle: { color: palette.text },
  splitLine: { lineStyle: { color: palette.line } },
})
