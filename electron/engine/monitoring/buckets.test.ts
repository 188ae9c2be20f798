import { expect, test } from 'vitest'
import { bucketWidth, intoBuckets } from './buckets.ts'
import type { WindowHead } from './window-store.ts'

const minute = 60_000
const hour = 60 * minute
const start = 1_800_000_000_000 - (1_800_000_000_000 % (24 * hour))
const head = (startMs: number, spanMs = minute): WindowHead => ({
  bundleDigest: 'sha256:a',
  replica: 'one',
  boot: 'first',
  startMs,
  spanMs,
  sequence: 1,
  rows: 1,
  errors: 0,
  latency: [],
})

test('a span is covered by at most so many buckets of a usual width, wherever it begins', () => {
  for (const span of [1, minute, hour, 24 * hour, 7 * 24 * hour, 90 * 24 * hour, 4000 * 24 * hour]) {
    for (const most of [2, 7, 60, 120]) {
      const width = bucketWidth(span, most)
      const from = start + 12_345
      const first = from - (from % width)
      expect(Math.ceil((from + span - first) / width)).toBeLessThanOrEqual(most)
    }
  }
  expect(bucketWidth(hour, 62)).toBe(minute)
  expect(bucketWidth(24 * hour, 60)).toBe(30 * minute)
})

test('windows lie in their buckets, a longer one makes its own, and nothing lies in two', () => {
  const heads = [
    head(start),
    head(start + minute),
    head(start + 5 * minute),
    // Rolled up, with another replica's minute in it.
    head(start + 15 * minute, 15 * minute),
    head(start + 22 * minute),
    head(start + 30 * minute),
    head(start + 26 * hour),
  ]
  const buckets = intoBuckets(heads, 5 * minute)
  expect(
    buckets.map(({ from, to, heads: inside }) => [(from - start) / minute, (to - start) / minute, inside.length]),
  ).toEqual([
    [0, 5, 2],
    [5, 10, 1],
    [15, 30, 2],
    [30, 35, 1],
    [1560, 1565, 1],
  ])
})

test('a window of no usual length widens its bucket and takes in what it reaches over', () => {
  const buckets = intoBuckets([head(start + 4 * minute, 3 * minute), head(start + 6 * minute)], 5 * minute)
  expect(buckets.map(({ from, to, heads }) => [from - start, to - start, heads.length])).toEqual([[0, 10 * minute, 2]])
})
