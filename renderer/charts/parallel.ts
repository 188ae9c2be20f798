import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { boundsOf, type Palette } from './options.ts'
import { lineOf } from './strokes.ts'

export interface ParallelAxis {
  name: string
  /** One value a run, in the same order on every axis; null where the run has none. */
  values: (number | string | null)[]
  /** What numbers can be here. */
  range?: readonly [number, number]
}

export type Interval = [from: number, to: number]

export const isNumbers = ({ values }: ParallelAxis) =>
  values.every(value => value === null || typeof value === 'number')

/** The values of an axis of texts, in the order of their places from 0. */
export const categoriesOf = ({ values }: ParallelAxis): string[] => [
  ...new Set(values.filter(value => value !== null).map(String)),
]

/** A line a run over settings and metrics. Dragging along an axis keeps only the lines that pass there. */
export function parallelOption(names: string[], axes: ParallelAxis[], palette: Palette): EChartsCoreOption {
  return {
    animation: false,
    legend: { top: 0, left: 0, right: 30, textStyle: { color: palette.text }, type: 'scroll' },
    parallel: { left: 50, right: 96, top: 64, bottom: 20 },
    parallelAxis: axes.map((axis, dim) => {
      const { name } = axis
      return {
        dim,
        id: name,
        name,
        nameTruncateLength: 16,
        nameTextStyle: { color: palette.text },
        axisLabel: { color: palette.text, width: 80, overflow: 'truncate' },
        axisLine: { lineStyle: { color: palette.line } },
        ...(isNumbers(axis)
          ? { type: 'value', scale: true, ...boundsOf(axis.range) }
          : { type: 'category', data: categoriesOf(axis) }),
      }
    }),
    series: names.map((name, run) => ({
      type: 'parallel',
      name,
      lineStyle: { width: 2, opacity: 0.85, ...lineOf(run, palette) },
      // One of many is found by its name in the legend.
      emphasis: { lineStyle: { width: 4, opacity: 1 }, focus: 'series' },
      data: [axes.map(({ values }) => values[run] ?? '-')],
    })),
  }
}

/** What is kept on each axis, by its name: the ends of every stretch, as the axis counts. */
export type Brushes = Map<string, Interval[]>

/** Keeps on one axis only the lines that pass there; all of them where there is no interval. */
export function brush(chart: EChartsType, parallelAxisId: string, intervals: Interval[]): void {
  chart.dispatchAction({ type: 'axisAreaSelect', parallelAxisId, intervals })
  // The action keeps the lines; only drawing draws what keeps them.
  chart.resize()
}

/** Of each line whether it passes through what is kept on every axis. */
export function passing(axes: ParallelAxis[], brushes: Brushes): boolean[] {
  const kept = axes.flatMap(axis => {
    const intervals = brushes.get(axis.name)
    const places = isNumbers(axis) ? null : categoriesOf(axis)
    const placeOf = (value: number | string | null) => (places ? places.indexOf(String(value)) : Number(value))
    return intervals
      ? [axis.values.map(value => intervals.some(([from, to]) => from <= placeOf(value) && placeOf(value) <= to))]
      : []
  })
  return (axes[0]?.values ?? []).map((_, line) => kept.every(each => each[line]))
}

/** Notes what is kept of an axis: nothing where there are no intervals. */
export function noteBrush(brushes: Brushes, axis: string, intervals: Interval[]): void {
  if (intervals.length > 0) brushes.set(axis, intervals)
  else brushes.delete(axis)
}

/**
 * Puts the brushes back onto a chart that was drawn anew, whatever the order of its axes, and notes each change, by keys or by the
 * pointer, of which it tells; gives how to stop.
 */
export function keepBrushes(chart: EChartsType, brushes: Brushes, changed: () => void): () => void {
  for (const [name, intervals] of brushes) brush(chart, name, intervals)
  const note = (event: unknown) => {
    const { parallelAxisId, intervals } = event as { parallelAxisId: string; intervals: Interval[] }
    noteBrush(brushes, parallelAxisId, intervals)
    changed()
  }
  chart.on('axisareaselected', note)
  return () => void chart.off('axisareaselected', note)
}
