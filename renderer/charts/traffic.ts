import type { EChartsCoreOption } from 'echarts/core'
import type { Traffic } from '../../shared/model/monitoring.ts'
import { timeMargins } from './drift-heat-map.ts'
import type { Palette } from './options.ts'

export interface TrafficDrawing {
  from: number
  to: number
  buckets: Traffic[]
  /** Numbered marks: what they stand for is listed beside the chart. */
  marks: { at: number; label: string }[]
  names: { throughput: string; errors: string; latency: string }
  moment(timeMs: number): string
  /** Said of the bucket under the cursor, a fact a line. */
  describe(bucket: Traffic): string
}

type Point = [number, number | null]

/** The begin of each bucket, for lines that step at the next point: no line is drawn over a gap. */
export function stairs(buckets: Traffic[], read: (bucket: Traffic) => number | null): Point[] {
  const points: Point[] = []
  for (const [i, bucket] of buckets.entries()) {
    points.push([bucket.from, read(bucket)])
    if (buckets[i + 1]?.from !== bucket.to) points.push([bucket.to, read(bucket)], [bucket.to, null])
  }
  return points
}

const errorPercent = ({ requests, errors }: Traffic) => (errors ? (errors / (requests + errors)) * 100 : 0)
const quantiles = ['p50', 'p95', 'p99'] as const
const dashes = { p50: 'solid', p95: 'dashed', p99: 'dotted' } as const

/** Throughput, share of refused requests and latency under each other, with one cursor over all three. */
export function trafficOption(drawing: TrafficDrawing, palette: Palette): EChartsCoreOption {
  const { from, to, buckets, marks, names } = drawing
  const heights = [96, 60, 96]
  const tops = [26, 164, 266]
  const axisText = { color: palette.text }
  const line = (grid: number, color: string | undefined, name: string, data: Point[], dash: string = 'solid') => ({
    type: 'line',
    name,
    xAxisIndex: grid,
    yAxisIndex: grid,
    step: 'end',
    symbol: 'none',
    lineStyle: { color, width: 1.6, type: dash },
    itemStyle: { color },
    data,
  })
  const guide = (grid: number) => ({
    type: 'line',
    name: '',
    silent: true,
    xAxisIndex: grid,
    yAxisIndex: grid,
    data: [],
    markLine: {
      symbol: 'none',
      silent: true,
      animation: false,
      lineStyle: { color: palette.text, type: 'dotted', width: 1 },
      label: { show: grid === 0, color: palette.text, formatter: '{b}', position: 'end', distance: 2 },
      data: marks.map(({ at, label }) => ({ xAxis: at, name: label })),
    },
  })
  return {
    animation: false,
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: palette.text } },
    grid: tops.map((top, i) => ({ ...timeMargins, outerBoundsMode: 'none', top, height: heights[i] })),
    legend: {
      bottom: 0,
      left: timeMargins.left,
      data: [...quantiles],
      textStyle: axisText,
      itemWidth: 28,
      itemStyle: { opacity: 0 },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      formatter: (points: { value: Point }[]) => {
        const at = points[0]?.value[0] ?? 0
        const bucket = buckets.findLast(each => each.from <= at)
        return bucket ? drawing.describe(bucket) : ''
      },
    },
    xAxis: tops.map((_, i) => ({
      type: 'time',
      gridIndex: i,
      min: from,
      max: to,
      // Moments are told to the minute.
      minInterval: 60_000,
      axisLabel: { show: i === 2, ...axisText, hideOverlap: true, formatter: drawing.moment },
      axisPointer: { label: { formatter: ({ value }: { value: unknown }) => drawing.moment(Number(value)) } },
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
    })),
    yAxis: [names.throughput, names.errors, names.latency].map((name, i) => ({
      type: 'value',
      gridIndex: i,
      name,
      nameTextStyle: { ...axisText, align: 'left' },
      nameGap: 8,
      min: 0,
      // A share ends at 100 %.
      max: i === 1 ? ({ max }: { max: number }) => (max > 50 ? 100 : null) : null,
      splitNumber: i === 1 ? 2 : 3,
      axisLabel: axisText,
      splitLine: { lineStyle: { color: palette.line } },
    })),
    series: [
      {
        ...line(
          0,
          palette.first,
          names.throughput,
          stairs(buckets, each => (each.rows / (each.to - each.from)) * 1000),
        ),
        areaStyle: { color: palette.first, opacity: 0.2 },
      },
      {
        ...line(1, palette.second, names.errors, stairs(buckets, errorPercent)),
        areaStyle: { color: palette.second, opacity: 0.2 },
      },
      ...quantiles.map((q, i) =>
        line(
          2,
          palette.series[i],
          q,
          stairs(buckets, each => each.latencyMs?.[q].value ?? null),
          dashes[q],
        ),
      ),
      guide(0),
      guide(1),
      guide(2),
    ],
  }
}
