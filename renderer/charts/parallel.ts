import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from './options.ts'

export interface ParallelAxis {
  name: string
  /** One value a run, in the same order on every axis; null where the run has none. */
  values: (number | string | null)[]
}

const dashes = ['solid', 'dashed', 'dotted'] as const

/** A line a run over settings and metrics. Dragging along an axis keeps only the lines that pass there. */
export function parallelOption(names: string[], axes: ParallelAxis[], palette: Palette): EChartsCoreOption {
  return {
    animation: false,
    legend: { top: 0, left: 0, right: 30, textStyle: { color: palette.text }, type: 'scroll' },
    parallel: { left: 50, right: 96, top: 64, bottom: 20 },
    parallelAxis: axes.map(({ name, values }, dim) => {
      const isNumber = values.every(value => value === null || typeof value === 'number')
      return {
        dim,
        name,
        nameTruncateLength: 16,
        nameTextStyle: { color: palette.text },
        axisLabel: { color: palette.text, width: 80, overflow: 'truncate' },
        axisLine: { lineStyle: { color: palette.line } },
        ...(isNumber
          ? { type: 'value', scale: true }
          : { type: 'category', data: [...new Set(values.filter(value => value !== null).map(String))] }),
      }
    }),
    series: names.map((name, run) => ({
      type: 'parallel',
      name,
      lineStyle: {
        width: 2,
        opacity: 0.85,
        color: palette.series[run % palette.series.length],
        type: dashes[Math.floor(run / palette.series.length) % dashes.length],
      },
      data: [axes.map(({ values }) => values[run] ?? '-')],
    })),
  }
}
