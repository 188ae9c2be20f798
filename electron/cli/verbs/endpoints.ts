import type { Lately } from '../../../shared/model/monitoring.ts'
import { textTable } from '../text-table.ts'
import { number, time } from '../values.ts'
import { defineVerb } from '../verb.ts'

export const endpointsVerb = defineVerb({
  name: 'endpoints',
  summary: 'list what is watched',
  async run(context) {
    const client = await context.client()
    const [{ endpoints }, lately] = await Promise.all([client.monitoring.list(), client.monitoring.lately()])
    const driftOf = new Map(lately.endpoints.map(each => [each.endpoint, each.drift]))
    const text = textTable(
      endpoints,
      [
        { title: 'endpoint', value: row => row.endpoint },
        { title: 'status', value: row => row.status },
        { title: 'model', value: row => (row.model ? `${row.model}:${row.version ?? '?'}` : null) },
        { title: 'rows', value: row => number(row.rows), right: true },
        { title: 'errors', value: row => number(row.errors), right: true },
        { title: 'p95 ms', value: row => number(row.latencyMs?.p95), right: true },
        { title: 'drifted lately', value: row => driftSaid(driftOf.get(row.endpoint) ?? null) },
        { title: 'last seen', value: row => time(row.lastSeenAt) },
        { title: 'url', value: row => row.url },
      ],
      'Nothing is watched: lathe watch URL',
    )
    return { json: { endpoints, lately: lately.endpoints }, text }
  },
})

function driftSaid(drift: Lately['drift']): string | null {
  if (!drift) return null
  if (!drift.enoughRows) return 'too few rows'
  return drift.drifted.length ? `${drift.drifted.length} of ${drift.columns}, most ${drift.worst.name}` : 'none'
}
