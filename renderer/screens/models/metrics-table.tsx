import type { Intervals, Metrics } from '../../../shared/model/run.ts'
import { List } from '../../components/list.tsx'
import { formatInterval, formatMetric, metricName } from './scores.ts'
import { texts } from './texts.ts'

export function MetricsTable({
  label,
  metrics,
  intervals,
}: {
  label: string
  metrics: Metrics
  intervals?: Intervals
}) {
  const columns = [
    { title: texts.metric, cell: ([id]: [string, number]) => metricName(id) },
    { title: texts.value, isNumber: true, cell: ([, value]: [string, number]) => formatMetric(value) },
  ]
  const spread = {
    title: texts.interval,
    isNumber: true,
    cell: ([id]: [string, number]) => (intervals?.[id] ? formatInterval(intervals[id]) : ''),
  }
  return (
    <List
      label={label}
      items={Object.entries(metrics)}
      keyOf={([id]) => id}
      empty={texts.noMetrics}
      columns={intervals ? [...columns, spread] : columns}
    />
  )
}
