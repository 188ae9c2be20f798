import type { WindowHead } from './window-store.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Each divides the next, so that a window of one lies wholly in one bucket of a wider one. */
const widths = [minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 4 * day]

export interface HeadBucket {
  from: number
  to: number
  heads: WindowHead[]
}

/** The narrowest usual width of which at most `most` (2 or more) cover the span, wherever it begins. */
export function bucketWidth(spanMs: number, most: number): number {
  const width = widths.find(each => Math.ceil(spanMs / each) < most)
  return width ?? Math.ceil(spanMs / (most - 1) / day) * day
}

/**
 * Windows put together by the bucket that they lie in; one that was rolled up to more than `widthMs` makes a bucket of its
 * own length, which takes in whatever else lies there. No window is in two buckets, and a stretch without one has none.
 */
export function intoBuckets(heads: readonly WindowHead[], widthMs: number): HeadBucket[] {
  const placed = heads.map(head => {
    const from = head.startMs - (head.startMs % widthMs)
    // A window that is no part of a usual bucket widens it.
    return { head, from, to: Math.max(from + widthMs, head.startMs + head.spanMs) }
  })
  placed.sort((a, b) => a.from - b.from || b.to - a.to)
  const buckets: HeadBucket[] = []
  for (const { head, from, to } of placed) {
    const last = buckets.at(-1)
    if (last && from < last.to) {
      last.to = Math.max(last.to, to)
      last.heads.push(head)
    } else buckets.push({ from, to, heads: [head] })
  }
  return buckets
}
