import type { TimeSpan, Traffic } from '../../../shared/model/monitoring.ts'
import type { WindowHead } from './window-store.ts'
import { addLatency, latencyOf } from './windows.ts'

/** What went through in a span of time, of windows that lie in it. */
export function trafficOf(
  { from, to }: TimeSpan,
  heads: Iterable<WindowHead>,
  latencyBoundsMs: readonly number[],
): Traffic {
  const latency: number[] = []
  let rows = 0
  let errors = 0
  for (const head of heads) {
    rows += head.rows
    errors += head.errors
    addLatency(latency, head.latency)
  }
  return {
    from,
    to,
    rows,
    // Each answered request has one latency.
    requests: latency.reduce((total, count) => total + count, 0),
    errors,
    latencyMs: latencyOf(latency, latencyBoundsMs),
  }
}

export function rowsOfModel(heads: readonly WindowHead[], bundleDigest: string | null): number {
  return heads.reduce((rows, head) => (head.bundleDigest === bundleDigest ? rows + head.rows : rows), 0)
}
