import type { CategoryBins, NumberBins, ReferenceColumn, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { DriftWindow, SparseCounts } from '../../../shared/inference/drift-window.ts'
import type { HistogramQuantile, Latency } from '../../../shared/model/monitoring.ts'

/** Counts of many windows together. */
export interface WindowSum {
  /** Of the first and the last window; null without one. */
  from: number | null
  to: number | null
  replicas: Set<string>
  rows: number
  errors: number
  /** One a latency bound and one above. */
  latency: number[]
  columns: Map<string, SparseSum>
  predictions: Map<string, SparseSum>
}
interface SparseSum {
  /** By bin; a bin that no window named may be empty. */
  bins: number[]
  missing: number
}

export function emptySum(): WindowSum {
  return {
    from: null,
    to: null,
    replicas: new Set(),
    rows: 0,
    errors: 0,
    latency: [],
    columns: new Map(),
    predictions: new Map(),
  }
}

export function addWindow(total: WindowSum, window: DriftWindow): void {
  const end = window.startMs + window.spanMs
  total.from = Math.min(total.from ?? window.startMs, window.startMs)
  total.to = Math.max(total.to ?? end, end)
  total.replicas.add(window.replica)
  total.rows += window.rows
  total.errors += window.errors
  addLatency(total.latency, window.latency)
  addCounts(total.columns, window.columns)
  addCounts(total.predictions, window.predictions)
}

export function sumWindows(windows: Iterable<DriftWindow>): WindowSum {
  const total = emptySum()
  for (const window of windows) addWindow(total, window)
  return total
}

export function addLatency(total: number[], counts: readonly number[]): void {
  for (let i = 0; i < counts.length; i += 1) total[i] = (total[i] ?? 0) + counts[i]!
}

function addCounts(sums: Map<string, SparseSum>, counts: readonly SparseCounts[]): void {
  for (const column of counts) {
    let total = sums.get(column.name)
    if (!total) {
      total = { bins: [], missing: 0 }
      sums.set(column.name, total)
    }
    total.missing += column.missing
    for (const [bin, count] of column.bins) total.bins[bin] = (total.bins[bin] ?? 0) + count
  }
}

function toSparse(sums: Map<string, SparseSum>): SparseCounts[] {
  return [...sums].map(([name, { bins, missing }]) => ({
    name,
    bins: Object.entries(bins).map(([bin, count]) => [Number(bin), count] as [number, number]),
    missing,
  }))
}

/** The windows of one (replica, boot) as one of a longer span. */
export function rollUp(windows: readonly DriftWindow[], startMs: number, spanMs: number): DriftWindow {
  const { rows, errors, latency, columns, predictions } = sumWindows(windows)
  const { replica, boot } = windows[0]!
  return {
    replica,
    boot,
    sequence: Math.max(...windows.map(window => window.sequence)),
    startMs,
    spanMs,
    rows,
    errors,
    columns: toSparse(columns),
    predictions: toSparse(predictions),
    latency,
  }
}

/** The counts of a column over the bins of its reference; a column that no window names has none. */
export function denseCounts(
  reference: ReferenceColumn,
  sums: Map<string, SparseSum>,
): { counts: number[]; missing: number } {
  const counts = new Array<number>(reference.counts.length).fill(0)
  const sparse = sums.get(reference.name)
  sparse?.bins.forEach((count, bin) => {
    if (bin < counts.length) counts[bin] = count
  })
  return { counts, missing: sparse?.missing ?? 0 }
}

/** What is wrong with a window that a server gave, or null: counts never shrink and lie in the bins there are. */
export function windowFault(window: DriftWindow, profile: ReferenceProfile | null): string | null {
  if (!(window.spanMs > 0) || window.spanMs > 86_400_000 || window.startMs < 0) return 'a window without a span of time'
  if (window.rows < 0 || window.errors < 0 || window.latency.some(count => count < 0)) return 'a negative count'
  const references: [SparseCounts[], ReferenceColumn[] | undefined][] = [
    [window.columns, profile?.columns],
    [window.predictions, profile?.predictions],
  ]
  for (const [counts, known] of references) {
    const byName = known ? new Map(known.map(column => [column.name, column])) : null
    for (const column of counts) {
      let rows = column.missing
      const reference: NumberBins | CategoryBins | undefined = byName?.get(column.name)
      if (byName && !reference) return `the column "${column.name}", which the model lacks`
      for (const [bin, count] of column.bins) {
        if (bin < 0 || count < 0) return `a negative count in "${column.name}"`
        if (reference && bin >= reference.counts.length) return `a bin of "${column.name}" that its reference lacks`
        rows += count
      }
      if (column.missing < 0) return `a negative count in "${column.name}"`
      if (rows > window.rows) return `more values than rows in "${column.name}"`
    }
  }
  return null
}

/**
 * Quantiles by linear interpolation inside a bound, each with the ends of that bound: the ⌈q·n⌉-th smallest latency lies
 * there. The open last bin counts as its lower end. Null without rows.
 */
export function latencyOf(counts: readonly number[], boundsMs: readonly number[]): Latency | null {
  const rows = counts.reduce((total, count) => total + count, 0)
  if (!rows || !boundsMs.length) return null
  const quantile = (q: number): HistogramQuantile => {
    let below = 0
    for (let i = 0; i < boundsMs.length; i += 1) {
      const count = counts[i] ?? 0
      if (count > 0 && below + count >= q * rows) {
        const low = i ? boundsMs[i - 1]! : 0
        const high = boundsMs[i]!
        return { value: low + ((q * rows - below) / count) * (high - low), low, high }
      }
      below += count
    }
    const last = boundsMs.at(-1)!
    return { value: last, low: last, high: null }
  }
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) }
}

/** The values of `latencyOf` alone. */
export function latencyQuantiles(
  counts: readonly number[],
  boundsMs: readonly number[],
): { p50: number; p95: number; p99: number } | null {
  const latency = latencyOf(counts, boundsMs)
  return latency && { p50: latency.p50.value, p95: latency.p95.value, p99: latency.p99.value }
}
