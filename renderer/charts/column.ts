import type { EChartsCoreOption } from 'echarts/core'
import type { ColumnProfile, ColumnRelation } from '../../shared/model/dataset.ts'
import type { Palette } from './options.ts'
import { texts } from './texts.ts'

const short = (value: number) => Number(value.toPrecision(4)).toString()

/** Rows in each bin of a column's histogram. */
export function histogramOption(column: ColumnProfile, palette: Palette): EChartsCoreOption {
  const { edges, counts } = column.histogram ?? { edges: [], counts: [] }
  const isDay = column.type === 'date' || column.type === 'datetime'
  const label = (value: number) => (isDay ? new Date(value).toISOString().slice(0, 10) : short(value))
  return {
    animation: false,
    grid: { left: 56, right: 8, top: 10, bottom: 24 },
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    xAxis: {
      type: 'category',
      data: counts.map((_, i) => label(edges[i]!)),
      axisLabel: { color: palette.text, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      axisLabel: { color: palette.text },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [
      { name: texts.rows, type: 'bar', barCategoryGap: '6%', itemStyle: { color: palette.first }, data: counts },
    ],
  }
}

/** The target over the groups of a column: shares of the classes stacked to one, or the mean as a line with the rows behind it. */
export function relationOption(
  relation: ColumnRelation,
  target: string,
  valueName: (value: number) => string,
  palette: Palette,
): EChartsCoreOption {
  const { groups, classes } = relation
  const label = ({ label: text, low }: ColumnRelation['groups'][number]) =>
    text === null ? 'missing' : text === '' && low !== null ? valueName(low) : text
  const axis = { axisLabel: { color: palette.text }, splitLine: { lineStyle: { color: palette.line } } }
  const shared = {
    animation: false,
    color: palette.series,
    grid: { left: 56, right: classes.length ? 8 : 56, top: 28, bottom: 24 },
    legend: { top: 0, type: 'scroll', textStyle: { color: palette.text } },
    xAxis: {
      type: 'category',
      data: groups.map(label),
      axisLabel: { color: palette.text, hideOverlap: true, width: 90, overflow: 'truncate' },
    },
  }
  if (classes.length > 0) {
    const share = (value: unknown) => `${(Number(value) * 100).toFixed(1)} %`
    return {
      ...shared,
      tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: share },
      yAxis: { ...axis, type: 'value', max: 1, axisLabel: { color: palette.text, formatter: share } },
      series: classes.map((name, k) => ({
        name,
        type: 'bar',
        stack: 'classes',
        barCategoryGap: '6%',
        // The second code beside the colour.
        itemStyle: { decal: { symbol: k % 2 ? 'rect' : 'none', symbolSize: 0.4, color: 'rgba(255, 255, 255, 0.35)' } },
        data: groups.map(({ counts, rows }) => (counts[k] ?? 0) / Math.max(1, rows)),
      })),
    }
  }
  return {
    ...shared,
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    yAxis: [
      { ...axis, type: 'value', scale: true },
      { type: 'value', axisLabel: { color: palette.text }, splitLine: { show: false } },
    ],
    series: [
      {
        name: texts.rows,
        type: 'bar',
        yAxisIndex: 1,
        barCategoryGap: '6%',
        itemStyle: { color: palette.line },
        data: groups.map(({ rows }) => rows),
      },
      {
        name: texts.meanOf(target),
        type: 'line',
        symbol: 'circle',
        itemStyle: { color: palette.first },
        data: groups.map(({ mean }) => mean),
      },
    ],
  }
}
