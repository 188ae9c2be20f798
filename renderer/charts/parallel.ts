import type { EChartsCoreOption, EChartsType } from 'echarts/core'
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
        id: name,
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

/** What is kept on each axis, by its name: the ends of every stretch, as the axis counts. */
export type Brushes = Map<string, [number, number][]>

/** Puts the brushes back onto a chart that was drawn anew, whatever the order of its axes, and notes each change; gives how to stop. */
export function keepBrushes(chart: EChartsType, brushes: Brushes): () => void {
  for (const [parallelAxisId, intervals] of brushes)
    chart.dispatchAction({ type: 'axisAreaSelect', parallelAxisId, intervals })
  // The action keeps the lines; only drawing draws what keeps them.
  if (brushes.size > 0) chart.resize()
  const note = (event: unknown) => {
    const { parallelAxisId, intervals } = event as { parallelAxisId: string; intervals: [number, number][] }
    if (intervals.length > 0) brushes.set(parallelAxisId, intervals)
    else brushes.delete(parallelAxisId)
  }
  chart.on('axisareaselected', note)
  return () => void chart.off('axisareaselected', note)
}
