import type { EChartsCoreOption } from 'echarts/core'
import type { ForecastFindings } from '../../shared/model/forecast.ts'
import { legendOf, type Palette, upAxis } from './options.ts'

type Shown = ForecastFindings['series'][number]

interface ForecastNames {
  /** What is foretold, beside its axis. */
  value: string
  actual: string
  backtest: string
  future: string
  low(name: string): string
  high(name: string): string
}

/** What was, with what was foretold of its end from before it, and what comes next; each between its bounds, drawn as thin dots. */
export function forecastOption(
  { actual, backtest, future }: Shown,
  isDate: boolean,
  names: ForecastNames,
  palette: Palette,
): EChartsCoreOption {
  const points = (times: readonly number[], values: readonly (number | null)[]) =>
    times.map((time, i) => [time, values[i]!])
  const line = (name: string, color: string | undefined, data: unknown[], type: string, width: number) => ({
    ...{ name, type: 'line', showSymbol: data.length < 2, symbolSize: 5, data },
    ...{ lineStyle: { color, width, type }, itemStyle: { color } },
  })
  const foretold = (name: string, color: string | undefined, told: Shown['future'], type: string) => [
    line(name, color, points(told.time, told.value), type, 2),
    line(names.low(name), color, points(told.time, told.low), 'dotted', 1),
    line(names.high(name), color, points(told.time, told.high), 'dotted', 1),
  ]
  return {
    animation: false,
    grid: { left: 76, right: 16, top: 32, bottom: 28 },
    legend: {
      ...legendOf(palette),
      itemStyle: { opacity: 0 },
      data: [names.actual, names.backtest, names.future],
    },
    tooltip: {
      ...{ trigger: 'axis', renderMode: 'richText' },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? String(Number(value.toPrecision(5))) : '–'),
    },
    xAxis: {
      type: isDate ? 'time' : 'value',
      ...{ scale: true, splitLine: { show: false }, axisLabel: { color: palette.text, hideOverlap: true } },
    },
    yAxis: upAxis(names.value, palette, 60),
    series: [
      line(names.actual, palette.series[0], points(actual.time, actual.value), 'solid', 1.6),
      ...foretold(names.backtest, palette.series[1], backtest, 'dashed'),
      ...foretold(names.future, palette.series[2], future, 'solid'),
    ],
  }
}
