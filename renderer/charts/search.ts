import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from './options.ts'
import { type PointSet, scatterOption } from './scatter.ts'

/** Scores of trials over the seconds of their search, a set an algorithm, and the best so far as steps. */
export function searchOption(
  sets: PointSet[],
  best: [number, number][],
  names: { x: string; y: string; best: string },
  palette: Palette,
  range?: readonly [number, number],
): EChartsCoreOption {
  const option = scatterOption(sets, names, palette, { y: range })
  const scores = sets.flatMap(({ points }) => points.map(([, score]) => score)).toSorted((a, b) => a - b)
  const top = best.at(-1)?.[1]
  // What is far from the best is out of the picture: it would press the rest into a line.
  const middle = scores[Math.floor(scores.length / 2)]
  const reach = top === undefined || middle === undefined ? 0 : Math.abs(top - middle) * 3
  const isHigher = top !== undefined && middle !== undefined && top >= middle
  const axis = option.yAxis as Record<string, unknown>
  const bounds = reach > 0 ? (isHigher ? { min: top! - reach } : { max: top! + reach }) : {}
  const line = {
    name: names.best,
    type: 'line',
    step: 'end',
    symbol: 'none',
    lineStyle: { color: palette.text, width: 1.6 },
    itemStyle: { color: palette.text },
    data: best,
  }
  return {
    ...option,
    yAxis: {
      ...axis,
      ...bounds,
      axisLabel: { color: palette.text, showMinLabel: false, showMaxLabel: false },
    },
    series: [...(option.series as object[]).map(each => ({ ...each, clip: true })), line],
  }
}
