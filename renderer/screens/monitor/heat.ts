import type { ColumnHistory, History } from '../../../shared/model/monitoring.ts'
import { short } from './numbers.ts'

/** What is known of one column in one bucket: no row of it, too few to tell, like the reference, or drifted. */
export type CellState = 'no rows' | 'few' | 'calm' | 'drift'

export interface HeatCell {
  state: CellState
  /** How many times its threshold the value is; 0 without one. */
  excess: number
}

export function cellOf(history: History, column: ColumnHistory, bucket: number): HeatCell {
  const [value, threshold] = [column.value[bucket], column.threshold[bucket]]
  if (value == null || threshold == null) return { state: 'no rows', excess: 0 }
  const excess = value / threshold
  if (!history.buckets[bucket]!.enoughRows) return { state: 'few', excess }
  return { state: column.drifted[bucket] ? 'drift' : 'calm', excess }
}

/** What stands in a cell: how many times its threshold it is, where there is room for it; else only a sign where there is nothing to tell. */
export function cellLabel({ state, excess }: HeatCell, hasRoom: boolean): string {
  if (state === 'no rows') return '–'
  if (state === 'few') return '·'
  return hasRoom ? `${short(excess)}×` : ''
}

/** How far a column was off at its worst where there were enough rows to tell; −1 where there never were. */
function worstOf(history: History, column: ColumnHistory): number {
  let worst = -1
  for (let bucket = 0; bucket < history.buckets.length; bucket += 1) {
    const { state, excess } = cellOf(history, column, bucket)
    if (state === 'calm' || state === 'drift') worst = Math.max(worst, excess)
  }
  return worst
}

/** The columns of a history, the one that was furthest beyond its threshold first. */
export function worstColumnsFirst(history: History): ColumnHistory[] {
  const worst = new Map(history.columns.map(column => [column, worstOf(history, column)]))
  return [...history.columns].sort((a, b) => worst.get(b)! - worst.get(a)!)
}

/** From so many slots on, one before the first rows stays, so that they are seen to begin: of fewer it would take too much. */
const manySlots = 10

/**
 * A history whose span begins at the first rows where the endpoint is watched for less than it, in milliseconds since 1970: that nothing
 * was counted before tells nothing, and the first minute is to be seen at its full width.
 */
export function fromFirstCount(history: History, watchedSince: number): History {
  const { window, widthMs, buckets } = history
  const first = buckets[0]
  if (!first || watchedSince <= window.from) return history
  const isMany = window.to - first.from >= manySlots * widthMs
  const from = isMany ? first.from - widthMs : first.from
  return { ...history, window: { ...window, from: Math.max(window.from, from) } }
}

/** The asked span, with what a wide bucket at either end adds to it. */
export function drawnSpan({ window, buckets }: History): { from: number; to: number } {
  return {
    from: Math.min(window.from, buckets[0]?.from ?? window.from),
    to: Math.max(window.to, buckets.at(-1)?.to ?? window.to),
  }
}

/** The drawn span in equal slots, and for each the bucket that covers it (a wide one covers several); null where none does. */
export function slotsOf(history: History): { from: number; bucket: number | null }[] {
  const { widthMs, buckets } = history
  const { from, to } = drawnSpan(history)
  const slots = []
  let bucket = 0
  for (let at = from; at < to; at += widthMs) {
    while (bucket < buckets.length && buckets[bucket]!.to <= at) bucket += 1
    const isCovered = bucket < buckets.length && buckets[bucket]!.from <= at
    slots.push({ from: at, bucket: isCovered ? bucket : null })
  }
  return slots
}
