import { canonicalJson } from '../lib/canonical-json.ts'
import type { DriftWindow, SparseCounts } from './drift-window.ts'

const hourMs = 3_600_000
/** How long windows of a span are kept before they are summed into the next; after the last they are dropped. */
export const retention = [
  { spanMs: 60_000, keepMs: 2 * hourMs },
  { spanMs: 15 * 60_000, keepMs: 48 * hourMs },
  { spanMs: hourMs, keepMs: 90 * 24 * hourMs },
] as const

const keyOf = ({ replica, boot, startMs }: DriftWindow): string => canonicalJson([replica, boot, startMs])

/**
 * The union of windows from many answers, by start. Of two copies of one (replica, boot, start) the one with the longer
 * span, then the higher sequence stays; a window that lies inside a longer one of its replica and boot is counted in that one already and goes.
 * Idempotent, commutative and associative.
 */
export function mergeWindows(...lists: readonly (readonly DriftWindow[])[]): DriftWindow[] {
  const best = new Map<string, DriftWindow>()
  for (const window of lists.flat()) {
    const key = keyOf(window)
    const known = best.get(key)
    if (!known || isNewer(window, known)) best.set(key, window)
  }
  const sorted = [...best.values()].sort(
    (a, b) => a.startMs - b.startMs || compareText(a.replica, b.replica) || compareText(a.boot, b.boot),
  )
  const coveredUntil = new Map<string, number>()
  return sorted.filter(({ replica, boot, startMs, spanMs }) => {
    const source = canonicalJson([replica, boot])
    const until = coveredUntil.get(source) ?? Number.NEGATIVE_INFINITY
    if (startMs + spanMs <= until) return false
    coveredUntil.set(source, startMs + spanMs)
    return true
  })
}

/** The counts of windows together: of many replicas, or of many spans. Bins ascend. */
export interface WindowSum {
  rows: number
  errors: number
  columns: SparseCounts[]
  predictions: SparseCounts[]
  latency: number[]
}

export function sumWindows(windows: readonly DriftWindow[]): WindowSum {
  const latency: number[] = []
  for (const window of windows) {
    for (let i = 0; i < window.latency.length; i += 1) latency[i] = (latency[i] ?? 0) + window.latency[i]!
  }
  return {
    rows: windows.reduce((sum, window) => sum + window.rows, 0),
    errors: windows.reduce((sum, window) => sum + window.errors, 0),
    columns: sumCounts(windows.flatMap(window => window.columns)),
    predictions: sumCounts(windows.flatMap(window => window.predictions)),
    latency,
  }
}

/**
 * Windows as they are kept at `nowMs`: those whose whole longer span is older than `keepMs` (where it is `early`, over) are summed into it, what is
 * older than the last is dropped. Rolling up twice changes nothing.
 */
export function rollUp(windows: readonly DriftWindow[], nowMs: number, early = false): DriftWindow[] {
  let kept = [...windows]
  for (let level = 0; level + 1 < retention.length; level += 1) {
    const keepMs = early ? 0 : retention[level]!.keepMs
    const { spanMs } = retention[level + 1]!
    const groups = new Map<string, DriftWindow[]>()
    const rest: DriftWindow[] = []
    for (const window of kept) {
      const startMs = window.startMs - (window.startMs % spanMs)
      if (window.spanMs >= spanMs || startMs + spanMs > nowMs - keepMs) rest.push(window)
      else {
        const key = canonicalJson([window.replica, window.boot, startMs])
        const group = groups.get(key)
        if (group) group.push(window)
        else groups.set(key, [window])
      }
    }
    kept = [...rest, ...[...groups.values()].map(group => sumInto(group, spanMs))]
  }
  const oldestMs = nowMs - retention.at(-1)!.keepMs
  return mergeWindows(kept.filter(window => window.startMs + window.spanMs > oldestMs))
}

function sumInto(group: readonly DriftWindow[], spanMs: number): DriftWindow {
  const { replica, boot, startMs } = group[0]!
  return {
    replica,
    boot,
    sequence: Math.max(...group.map(window => window.sequence)),
    startMs: startMs - (startMs % spanMs),
    spanMs,
    ...sumWindows(group),
  }
}

function sumCounts(all: readonly SparseCounts[]): SparseCounts[] {
  const sums = new Map<string, { bins: Map<number, number>; missing: number }>()
  for (const { name, bins, missing } of all) {
    let sum = sums.get(name)
    if (!sum) {
      sum = { bins: new Map(), missing: 0 }
      sums.set(name, sum)
    }
    sum.missing += missing
    for (const [bin, count] of bins) sum.bins.set(bin, (sum.bins.get(bin) ?? 0) + count)
  }
  return [...sums].map(([name, { bins, missing }]) => ({ name, bins: [...bins].sort(([a], [b]) => a - b), missing }))
}

/** Whole order of copies of a window, so that merging does not depend on who came first. */
function isNewer(a: DriftWindow, b: DriftWindow): boolean {
  if (a.spanMs !== b.spanMs) return a.spanMs > b.spanMs
  if (a.sequence !== b.sequence) return a.sequence > b.sequence
  if (a.rows !== b.rows) return a.rows > b.rows
  return compareText(canonicalJson(a), canonicalJson(b)) > 0
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
