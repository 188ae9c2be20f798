import type { ReferenceColumn } from '../../../shared/inference/bundle.ts'
import type { ColumnHistory, Endpoint, History } from '../../../shared/model/monitoring.ts'
import { bucketWidth, intoBuckets } from './buckets.ts'
import { excess, judge, minimumRows, pairsOf, rowsOf, type Verdict } from './judge.ts'
import { toldColumns, wideColumns } from './most-moved.ts'
import type { Reference, References } from './references.ts'
import { Slices } from './slices.ts'
import { rowsOfModel, trafficOf } from './traffic.ts'
import type { WindowHead, WindowStore } from './window-store.ts'
import { addWindow, denseCounts, emptySum, type WindowSum } from './windows.ts'

/** What one column looked like in one stretch; null without a row of it. */
export type Judged = (Verdict & { rows: number }) | null

/** Columns that are kept judged, of all stretches together: a dozen full histories of a hundred. */
const keptColumns = 150_000
const attempts = 3

/** Sums and comparisons over spans of time: made in slices, and a stretch that did not change is judged once. */
export class Histories {
  readonly #windows: WindowStore
  readonly #references: Pick<References, 'get'>
  readonly #judged = new Map<string, Judged[]>()
  #kept = 0

  constructor(windows: WindowStore, references: Pick<References, 'get'>) {
    this.#windows = windows
    this.#references = references
  }

  /** All counts of one model in a span of time; windows that touch it count whole. */
  sum(
    endpoint: string,
    query: { bundleDigest: string; fromMs?: number; toMs?: number },
    signal?: AbortSignal,
  ): Promise<WindowSum> {
    const slices = new Slices(signal)
    return this.#whole(() => {
      const heads = this.#windows.heads(endpoint, query).filter(head => head.bundleDigest === query.bundleDigest)
      return this.#sumOf(endpoint, heads, slices)
    })
  }

  async #sumOf(endpoint: string, heads: readonly WindowHead[], slices: Slices): Promise<WindowSum> {
    const total = emptySum()
    for (const head of heads) {
      const window = this.#windows.window(endpoint, head)
      if (window) addWindow(total, window)
      await slices.pause()
    }
    return total
  }

  /** Traffic and every column's drift, in at most `most` buckets of equal width (wider where windows were rolled up). */
  async history(
    endpoint: Endpoint,
    query: { from?: number; to?: number; most: number; nowMs: number; latencyBoundsMs: readonly number[] },
    signal?: AbortSignal,
  ): Promise<History> {
    const { endpoint: name, bundleDigest, model, version } = endpoint
    const reference = bundleDigest ? await this.#references.get(bundleDigest) : null
    const slices = new Slices(signal)
    return this.#whole(async () => {
      const to = query.to ?? query.nowMs
      const from = Math.min(query.from ?? this.#windows.oldestStart(name) ?? to, to)
      const widthMs = bucketWidth(to - from, query.most)
      const window = { from: from - (from % widthMs), to: Math.ceil(to / widthMs) * widthMs }
      const heads = this.#windows.heads(name, { fromMs: window.from, toMs: window.to })
      const buckets = intoBuckets(heads, widthMs)
      const judged: Judged[][] = []
      for (const bucket of buckets) {
        const own = bucket.heads.filter(head => head.bundleDigest === bundleDigest)
        judged.push(reference ? await this.judge(name, reference, own, slices) : [])
      }
      const columns = reference ? columnsOf(reference) : []
      const isEnough = buckets.map(bucket => rowsOfModel(bucket.heads, bundleDigest) >= minimumRows)
      return {
        endpoint: name,
        model,
        version,
        window,
        widthMs,
        hasReference: reference !== null,
        buckets: buckets.map((bucket, i) => {
          const comparedRows = rowsOfModel(bucket.heads, bundleDigest)
          return {
            ...trafficOf(bucket, bucket.heads, query.latencyBoundsMs),
            comparedRows,
            enoughRows: isEnough[i]!,
            drifted: isEnough[i] ? judged[i]!.filter(each => each?.drifted).length : 0,
          }
        }),
        columns: worstOf(columns, judged).map(i =>
          historyOf(
            { name: columns[i]!.column.name, kind: columns[i]!.kind },
            judged.map(each => each[i] ?? null),
            isEnough,
          ),
        ),
        allColumns: columns.length,
      }
    })
  }

  /** Every column of some windows of one model together, in the order of `columnsOf`; empty where there is none. */
  async judge(endpoint: string, reference: Reference, heads: readonly WindowHead[], slices: Slices): Promise<Judged[]> {
    if (!heads.length) return []
    const key = JSON.stringify([
      endpoint,
      heads[0]!.bundleDigest,
      heads.map(({ replica, boot, startMs, spanMs, sequence, rows }) => [
        replica,
        boot,
        startMs,
        spanMs,
        sequence,
        rows,
      ]),
    ])
    const known = this.#judged.get(key)
    if (known) return known
    const total = await this.#sumOf(endpoint, heads, slices)
    const judged: Judged[] = []
    for (const { column, kind } of columnsOf(reference)) {
      const counts = denseCounts(column, kind === 'prediction' ? total.predictions : total.columns)
      const rows = rowsOf(counts)
      judged.push(rows ? { ...judge(column.kind, pairsOf(column, counts)), rows } : null)
      await slices.pause()
    }
    this.#keep(key, judged)
    return judged
  }

  #keep(key: string, judged: Judged[]): void {
    this.#kept += judged.length
    for (const [oldest, { length }] of this.#judged) {
      if (this.#kept <= keptColumns) break
      this.#judged.delete(oldest)
      this.#kept -= length
    }
    this.#judged.set(key, judged)
  }

  /** Reads anew when windows were put together while it read. */
  async #whole<Value>(read: () => Promise<Value>): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      const { generation } = this.#windows
      const value = await read()
      if (generation === this.#windows.generation || attempt === attempts) return value
    }
  }
}

/** The columns that are compared, inputs first. */
export function columnsOf({ profile }: Reference): { column: ReferenceColumn; kind: ColumnHistory['kind'] }[] {
  return [
    ...profile.columns.map(column => ({ column, kind: column.kind })),
    ...profile.predictions.map(column => ({ column, kind: 'prediction' as const })),
  ]
}

/** The places of the columns that are told, in their order: of a wide model those that were furthest beyond their thresholds at their worst. */
function worstOf(columns: readonly unknown[], judged: readonly Judged[][]): number[] {
  const places = columns.map((_, i) => i)
  if (columns.length <= wideColumns) return places
  const worst = places.map(i => judged.reduce((most, each) => Math.max(most, each[i] ? excess(each[i]) : -1), -1))
  return places
    .sort((a, b) => worst[b]! - worst[a]!)
    .slice(0, toldColumns)
    .sort((a, b) => a - b)
}

function historyOf(
  column: Pick<ColumnHistory, 'name' | 'kind'>,
  judged: readonly Judged[],
  enoughRows: readonly boolean[],
): ColumnHistory {
  return {
    ...column,
    value: judged.map(each => each?.value ?? null),
    threshold: judged.map(each => each?.threshold ?? null),
    statistic: judged.map(each => each?.statistic ?? null),
    rows: judged.map(each => each?.rows ?? 0),
    drifted: judged.map((each, i) => enoughRows[i]! && (each?.drifted ?? false)),
  }
}
