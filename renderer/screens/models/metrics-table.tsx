import { metricName } from '../../../shared/model/metrics.ts'
import type { Intervals, Metrics, PairedDifference } from '../../../shared/model/run.ts'
import { List } from '../../components/list.tsx'
import { formatInterval, formatMetric } from '../../components/scores.ts'
import { texts } from './texts.ts'

export function MetricsTable({
  label,
  metrics,
  intervals,
  differences,
}: {
  label: string
  metrics: Metrics
  intervals?: Intervals
  /** From another model's on the same rows. */
  differences?: PairedDifference[]
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
  const byMetric = new Map(differences?.map(each => [each.metric, each]))
  const beside = {
    title: texts.difference,
    isNumber: true,
    cell: ([id]: [string, number]) => {
      const found = byMetric.get(id)
      return found ? texts.differs(formatMetric(found.difference), formatInterval(found.interval), found.verdict) : ''
    },
  }
  return (
    <List
      label={label}
      items={Object.entries(metrics)}
      keyOf={([id]) => id}
      empty={texts.noMetrics}
      columns={[...columns, ...(intervals ? [spread] : []), ...(differences ? [beside] : [])]}
    />
  )
}
