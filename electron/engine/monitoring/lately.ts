import type { Endpoint, Lately } from '../../../shared/model/monitoring.ts'
import { columnsOf, type Histories } from './history.ts'
import { excess, minimumRows } from './judge.ts'
import type { References } from './references.ts'
import { Slices } from './slices.ts'
import { rowsOfModel, trafficOf } from './traffic.ts'
import type { WindowHead, WindowStore } from './window-store.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export interface LatelyParts {
  windows: WindowStore
  references: References
  histories: Histories
}

/** The last hour of an endpoint, and how far its worst column lies from the training rows. */
export async function lately(
  { windows, references, histories }: LatelyParts,
  endpoint: Endpoint,
  { nowMs, latencyBoundsMs, signal }: { nowMs: number; latencyBoundsMs: readonly number[]; signal?: AbortSignal },
): Promise<Lately> {
  const { endpoint: name, bundleDigest } = endpoint
  const heads = windows.heads(name)
  const since = (spanMs: number) => heads.filter(head => head.startMs + head.spanMs > nowMs - spanMs)
  const lastHour = since(hourMs)
  return {
    endpoint: name,
    lastHour: trafficOf({ from: nowMs - hourMs, to: nowMs }, lastHour, latencyBoundsMs),
    rowsByMinute: rowsByMinute(lastHour, nowMs),
    drift: bundleDigest ? await driftOf(bundleDigest) : null,
  }

  async function driftOf(digest: string): Promise<Lately['drift']> {
    const reference = await references.get(digest)
    const own = [lastHour, since(dayMs), heads].find(each => rowsOfModel(each, digest) >= minimumRows) ?? heads
    if (!reference || rowsOfModel(own, digest) === 0) return null
    const compared = own.filter(head => head.bundleDigest === digest)
    const from = compared[0]!.startMs
    const to = Math.max(...compared.map(head => head.startMs + head.spanMs))
    const judged = await histories.judge(name, reference, compared, new Slices(signal))
    const rows = rowsOfModel(compared, digest)
    const enoughRows = rows >= minimumRows
    const columns = columnsOf(reference).flatMap(({ column }, i) => {
      const of = judged[i]
      return of ? [{ name: column.name, ...of }] : []
    })
    if (!columns.length) return null
    const worst = columns.reduce((most, next) => (excess(next) > excess(most) ? next : most))
    return {
      window: { from, to },
      rows,
      enoughRows,
      columns: columns.length,
      drifted: enoughRows ? columns.filter(column => column.drifted).map(({ name: column }) => column) : [],
      worst: { name: worst.name, statistic: worst.statistic, value: worst.value, threshold: worst.threshold },
    }
  }
}

/** Sixty counts, oldest first; a window that is longer than a minute stands in its first one. */
function rowsByMinute(heads: readonly WindowHead[], nowMs: number): number[] {
  const minutes = new Array<number>(60).fill(0)
  const last = Math.floor(nowMs / minuteMs)
  for (const { startMs, rows } of heads) {
    const at = 59 - (last - Math.floor(startMs / minuteMs))
    if (at >= 0 && at < 60) minutes[at]! += rows
  }
  return minutes
}
