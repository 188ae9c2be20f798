import type { EChartsCoreOption } from 'echarts/core'
import type { Robustness } from '../../shared/model/examination.ts'
import type { Palette } from './options.ts'

/** A metric over the size of the noise that all numbers carry. */
export function noiseOption(
  noise: Robustness['noise'],
  names: { x: string; metric: string },
  palette: Palette,
): EChartsCoreOption {
  const axis = {
    type: 'value',
    nameLocation: 'middle',
    axisLabel: { color: palette.text },
    nameTextStyle: { color: palette.text },
    splitLine: { lineStyle: { color: palette.line } },
  }
  return {
    animation: false,
    grid: { left: 64, right: 16, top: 12, bottom: 40 },
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    xAxis: { ...axis, name: names.x, nameGap: 24, splitLine: { show: false } },
    yAxis: { ...axis, name: names.metric, nameGap: 46, scale: true },
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
