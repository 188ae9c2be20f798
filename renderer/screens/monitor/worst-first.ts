import type { Endpoint } from '../../../shared/model/monitoring.ts'

const rank = { down: 0, unknown: 2, up: 2 }
const badness = (endpoint: Endpoint) =>
  endpoint.status !== 'down' && endpoint.drifted?.length ? 1 : rank[endpoint.status]

/** Down, then drifted (most columns first), then the rest; the slower p95 first among equals. */
export function worstFirst(endpoints: Endpoint[]): Endpoint[] {
  return [...endpoints].sort(
    (a, b) =>
      badness(a) - badness(b) ||
      (b.drifted?.length ?? 0) - (a.drifted?.length ?? 0) ||
      (b.latencyMs?.p95 ?? 0) - (a.latencyMs?.p95 ?? 0),
  )
}
