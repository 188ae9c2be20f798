import { useMemo } from 'react'
import { formatCount, formatRange } from '../../../shared/lib/format.ts'
import type { EndpointEvent, HistogramQuantile, History, Traffic } from '../../../shared/model/monitoring.ts'
import { Chart } from '../../charts/chart.tsx'
import type { Palette } from '../../charts/options.ts'
import { trafficOption } from '../../charts/traffic.ts'
import { errorShare } from '../../client/health.ts'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { drawnSpan } from './heat.ts'
import { moment, stretch } from './moments.ts'
import { percent, short } from './numbers.ts'
import { texts } from './texts.ts'

/** What went through over time, with the events as numbered lines. */
export function TrafficPanel({ history, events }: { history: History; events: EndpointEvent[] }) {
  const { buckets } = history
  const option = useMemo(() => {
    const span = drawnSpan(history)
    const marks = events
      .map(({ at }, i) => ({ at, label: String(events.length - i) }))
      .filter(({ at }) => at >= span.from && at <= span.to)
    return (palette: Palette) =>
      trafficOption(
        {
          ...span,
          buckets: history.buckets,
          marks,
          names: { throughput: texts.throughput, errors: texts.errorsPercent, latency: texts.latencyMs },
          moment,
          describe,
        },
        palette,
      )
  }, [history, events])
  return (
    <Panel title={texts.traffic}>
      {buckets.length === 0 ? (
        <p className="empty">{texts.nothingCounted}</p>
      ) : (
        <div className="body">
          <Chart label={texts.traffic} height={410} option={option} />
          <details>
            <summary>{texts.trafficTable}</summary>
            <p className="soft">{texts.latencyHint}</p>
            <List
              label={texts.trafficTable}
              items={buckets.toReversed()}
              keyOf={bucket => String(bucket.from)}
              empty={texts.nothingCounted}
              columns={[
                { title: texts.stretch, cell: bucket => stretch(bucket) },
                { title: texts.rows, isNumber: true, cell: ({ rows }) => formatCount(rows) },
                { title: texts.requests, isNumber: true, cell: ({ requests }) => formatCount(requests) },
                { title: texts.errors, isNumber: true, cell: ({ errors }) => formatCount(errors) },
                ...(['p50', 'p95', 'p99'] as const).map(q => ({
                  title: texts.inMs(q),
                  isNumber: true,
                  cell: ({ latencyMs }: History['buckets'][number]) => latencyMs && withBounds(latencyMs[q]),
                })),
              ]}
            />
          </details>
        </div>
      )}
    </Panel>
  )
}

function describe(bucket: Traffic): string {
  const { rows, requests, errors, latencyMs, from, to } = bucket
  const latency = (['p50', 'p95', 'p99'] as const).map(
    q => latencyMs && `${q} ${texts.milliseconds(withBounds(latencyMs[q]))}`,
  )
  return [
    stretch(bucket),
    texts.rowsAtRate(formatCount(rows), short((rows / (to - from)) * 1000)),
    texts.errorsOf(formatCount(errors), formatCount(requests + errors), percent(errorShare(bucket))),
    ...latency.filter(Boolean),
  ].join('\n')
}

/** "1.9 (1 to 2)". */
function withBounds({ value, low, high }: HistogramQuantile): string {
  return `${short(value)} (${high === null ? texts.orMore(short(low)) : formatRange([short(low), short(high)])})`
}
