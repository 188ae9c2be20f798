import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from './options.ts'

/** How many rows have which score, and the threshold, below which the rows stand out. */
export function scoresOption(
  scores: { edges: number[]; counts: number[] },
  threshold: number,
  names: { x: string; y: string; threshold: string },
  palette: Palette,
): EChartsCoreOption {
  const axis = {
    type: 'value',
    nameLocation: 'middle',
    axisLabel: { color: palette.text },
    nameTextStyle: { color: palette.text },
    splitLine: { lineStyle: { color: palette.line } },
  }
  const { edges, counts } = scores
  const middle = (i: number) => (edges[i]! + edges[i + 1]!) / 2
  const low = Math.min(edges[0]!, threshold)
  const high = Math.max(edges.at(-1)!, threshold)
  return {
    animation: false,
    grid: { left: 64, right: 16, top: 24, bottom: 40 },
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    xAxis: {
      ...{ ...axis, name: names.x, nameGap: 24, splitLine: { show: false } },
      ...{ min: low, max: high, axisLabel: { color: palette.text, formatter: (value: number) => value.toFixed(2) } },
    },
    yAxis: { ...axis, name: names.y, nameGap: 46, minInterval: 1 },
    series: [
      {
        type: 'bar',
        name: names.y,
        barWidth: '99%',
        data: counts.map((count, i) => ({
          value: [middle(i), count],
          itemStyle: { color: middle(i) < threshold ? palette.second : palette.first },
        })),
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: palette.text, type: 'dashed' },
          label: { formatter: names.threshold, color: palette.text },
          data: [{ xAxis: threshold }],
        },
      },
    ],
  }
}
