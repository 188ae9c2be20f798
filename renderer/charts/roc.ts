import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from './options.ts'
import { lineOf } from './strokes.ts'

/** A line of a unit square, and where a threshold stands on it. */
export interface UnitLine {
  name: string
  x: number[]
  y: number[]
  at: [number, number] | null
}

/** Lines in the unit square, or up to `highest`, each with its point of the threshold; `diagonal` is what chance, or a perfect calibration, would give. */
export function unitOption(
  lines: UnitLine[],
  names: { x: string; y: string; diagonal: boolean; markers?: boolean; highest?: number },
  palette: Palette,
): EChartsCoreOption {
  const axis = (name: string, gap: number, max = 1) => ({
    type: 'value',
    min: 0,
    max,
    name,
    nameLocation: 'middle',
    nameGap: gap,
    axisLabel: { color: palette.text },
    nameTextStyle: { color: palette.text },
    splitLine: { lineStyle: { color: palette.line } },
  })
  return {
    animation: false,
    grid: { left: 48, right: 14, top: 10, bottom: 40 },
    tooltip: { trigger: 'item', renderMode: 'richText' },
    xAxis: axis(names.x, 24),
    yAxis: axis(names.y, 32, names.highest),
    series: [
      ...(names.diagonal
        ? [
            {
              type: 'line',
              silent: true,
              symbol: 'none',
              lineStyle: { color: palette.text, width: 1, type: 'dotted' },
              data: [
                [0, 0],
                [1, 1],
              ],
            },
          ]
        : []),
      ...lines.flatMap(({ name, x, y, at }, i) => {
        const stroke = lineOf(i, palette)
        const { color } = stroke
        return [
          {
            type: 'line',
            name,
            showSymbol: names.markers ?? false,
            lineStyle: { width: 1.6, ...stroke },
            itemStyle: { color },
            data: x.map((value, j) => [value, y[j]]),
          },
          ...(at ? [{ type: 'scatter', name, symbolSize: 9, itemStyle: { color }, data: [at] }] : []),
        ]
      }),
    ],
  }
}
