import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { DriftWindow, SparseCounts } from '../../../shared/inference/drift-window.ts'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import { goldenPairs } from './drift/golden.fixture.ts'
import { Histories } from './history.ts'
import { mostMoved } from './most-moved.ts'
import { makeReport } from './report.ts'
import { Slices } from './slices.ts'
import { WindowStore } from './window-store.ts'

const minute = 60_000
const hour = 60 * minute
const start = 1_800_000_000_000 - (1_800_000_000_000 % (24 * hour))
const bundleDigest = `sha256:${'a'.repeat(64)}`
const older = `sha256:${'b'.repeat(64)}`
const golden = (name: string) => goldenPairs.find(pair => pair.name === name)!
const counted = golden('fifteen integers, Poisson 4 against 4.6')
const named = golden('five categories, shifted')

/** The golden samples as the training rows of two columns. */
const profile: ReferenceProfile = {
  formatVersion: 1,
  rows: 2000,
  columns: [
    {
      name: 'count',
      kind: 'number',
      edges: Array.from({ length: 14 }, (_, i) => i + 1),
      counts: counted.reference,
      missing: 0,
      min: 0,
      max: 14,
    },
    {
      name: 'colour',
      kind: 'category',
      labels: ['red', 'blue', 'green', 'grey'],
      counts: named.reference,
      missing: 0,
    },
  ],
  predictions: [],
}
const endpoint: Endpoint = {
  endpoint: 'e',
  url: 'http://127.0.0.1:1',
  status: 'up',
  lastSeenAt: null,
  message: null,
  model: 'm',
  version: 2,
  bundleDigest,
  rows: 0,
  errors: 0,
  latencyMs: null,
  drifted: null,
  createdAt: start,
}

let folder: string
let windows: WindowStore
let histories: Histories
let hasReference = true

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-history-'))
  windows = new WindowStore(folder)
  hasReference = true
  const reference = { profile, binSetDigest: '', signature: {} as never }
  histories = new Histories(windows, { get: async () => (hasReference ? reference : null) })
})
afterEach(async () => {
  windows.close()
  await rm(folder, { recursive: true, force: true })
})

const sparse = (name: string, counts: number[]): SparseCounts => ({
  name,
  bins: counts.flatMap((count, bin) => (count ? [[bin, count] as [number, number]] : [])),
  missing: 0,
})
const rowsIn = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0)

function windowOf(startMs: number, count: number[], colour: number[], more: Partial<DriftWindow> = {}): DriftWindow {
  const rows = Math.max(rowsIn(count), rowsIn(colour))
  return {
    replica: 'one',
    boot: 'first',
    sequence: 1,
    startMs,
    spanMs: minute,
    rows,
    errors: 0,
    columns: [sparse('count', count), sparse('colour', colour)],
    predictions: [],
    latency: [rows, 0, 0],
    ...more,
  }
}
/** Counts dealt out to `parts` windows, no row lost. */
const dealt = (counts: number[], part: number, parts: number) =>
  counts.map(count => Math.floor(count / parts) + (part < count % parts ? 1 : 0))

const history = (query: { from?: number; to?: number; most?: number } = {}) =>
  histories.history(endpoint, { most: 60, nowMs: start + 12 * hour, latencyBoundsMs: [1, 10], ...query })

test("windows of several replicas and minutes make one bucket, whose drift is the other library's number", async () => {
  for (let part = 0; part < 4; part += 1) {
    windows.merge('e', bundleDigest, [
      windowOf(start + part * minute, dealt(counted.current, part, 4), dealt(named.current, part, 4), {
        replica: part % 2 ? 'two' : 'one',
        rows: 500,
      }),
    ])
  }
  windows.merge('e', bundleDigest, [windowOf(start + 3 * hour, counted.reference, named.reference)])
  const { buckets, columns, widthMs, window } = await history()
  expect(widthMs).toBe(15 * minute)
  expect(window).toEqual({ from: start, to: start + 12 * hour })
  expect(buckets.map(({ from, to, rows, enoughRows }) => [from - start, to - from, rows, enoughRows])).toEqual([
    [0, widthMs, 2000, true],
    [3 * hour, widthMs, 2000, true],
  ])
  const [count, colour] = columns
  expect(count).toMatchObject({ name: 'count', statistic: ['ks', 'psi'], rows: [2000, 2000], drifted: [true, false] })
  expect(count!.value[0]).toBeCloseTo(counted.expected.ks!, 12)
  expect(count!.value[1]).toBe(0)
  expect(colour!.statistic[0]).toBe('jensen-shannon')
  expect(colour!.value[0]).toBeCloseTo(named.expected['jensen-shannon']!, 12)
  expect(colour!.drifted).toEqual([false, false])
})

test('every bucket says what a drift report of its span says, and no row is lost between them', async () => {
  for (let at = 0; at < 40; at += 1) {
    const part = dealt(at < 30 ? counted.reference : counted.current, at % 10, 10)
    windows.merge('e', bundleDigest, [windowOf(start + at * 7 * minute, part, dealt(named.current, at % 10, 10))])
  }
  // Half of it is rolled up, in the middle of a bucket of the other half.
  windows.tidy(start + 4 * hour + 10 * minute)
  const { buckets, columns } = await history({ from: start + 3 * minute, most: 24 })
  expect(buckets.reduce((sum, { rows }) => sum + rows, 0)).toBe(windows.totals('e', bundleDigest).rows)
  for (const [i, { from, to, comparedRows }] of buckets.entries()) {
    const sum = await histories.sum('e', { bundleDigest, fromMs: from, toMs: to })
    const report = makeReport({ endpoint: 'e', model: 'm', version: 2, bundleDigest, from, to }, profile, sum)
    expect(sum.rows).toBe(comparedRows)
    for (const [j, column] of report.columns.entries()) {
      expect(columns[j]!.value[i]).toBe(column.value)
      expect(columns[j]!.threshold[i]).toBe(column.threshold)
      expect(columns[j]!.statistic[i]).toBe(column.statistic)
      expect(columns[j]!.drifted[i]).toBe(column.drifted)
    }
  }
})

test('a bucket is counted anew when its window grew, and its threshold falls with its rows', async () => {
  const few = counted.current.map(count => Math.floor(count / 50))
  windows.merge('e', bundleDigest, [windowOf(start, few, [])])
  const before = await history()
  expect(before.buckets[0]).toMatchObject({ rows: rowsIn(few), enoughRows: false })
  expect(before.columns[0]!.drifted).toEqual([false])
  // No row of the other column: nothing is known of it, which is not the same as no drift.
  expect(before.columns[1]).toMatchObject({ value: [null], threshold: [null], statistic: [null], rows: [0] })
  windows.merge('e', bundleDigest, [windowOf(start, counted.current, named.current, { sequence: 2 })])
  const after = await history()
  expect(after.columns[0]!.value[0]).toBeCloseTo(counted.expected.ks!, 12)
  expect(after.columns[0]!.threshold[0]!).toBeLessThan(before.columns[0]!.threshold[0]!)
})

test('latency is told with the ends of its bin, errors beside requests', async () => {
  // 90 requests in 0 to 1 ms, 8 in 1 to 10 ms, 2 above.
  windows.merge('e', bundleDigest, [windowOf(start, counted.current, [], { latency: [90, 8, 2], errors: 5 })])
  const { buckets } = await history()
  expect(buckets[0]).toMatchObject({ requests: 100, errors: 5, rows: 2000 })
  const { p50, p95, p99 } = buckets[0]!.latencyMs!
  expect(p50).toEqual({ value: 50 / 90, low: 0, high: 1 })
  expect(p95).toEqual({ value: 1 + (5 / 8) * 9, low: 1, high: 10 })
  expect(p99).toEqual({ value: 10, low: 10, high: null })
})

test("an earlier model's traffic counts as traffic, but is not compared", async () => {
  windows.merge('e', older, [windowOf(start, counted.current, named.current)])
  windows.merge('e', bundleDigest, [windowOf(start + hour, counted.reference, named.reference)])
  const { buckets, columns } = await history()
  expect(buckets.map(({ rows, comparedRows }) => [rows, comparedRows])).toEqual([
    [2000, 0],
    [2000, 2000],
  ])
  expect(columns[0]!.value).toEqual([null, 0])
  hasReference = false
  expect(await history()).toMatchObject({ hasReference: false, columns: [], buckets: [{ rows: 2000 }, { rows: 2000 }] })
})

test('nothing counted is a history of no buckets', async () => {
  expect(await history()).toMatchObject({ buckets: [], columns: [{ value: [] }, { value: [] }] })
  expect(await history({ from: start + 20 * hour })).toMatchObject({ buckets: [] })
})

test('two windows are compared with each other over the same bins', async () => {
  windows.merge('e', bundleDigest, [windowOf(start, counted.current, named.current)])
  const current = await histories.sum('e', { bundleDigest })
  windows.merge('f', bundleDigest, [windowOf(start, counted.reference, named.reference)])
  const subject = { endpoint: 'e', model: 'm', version: 2, bundleDigest, from: 0, to: 1 }
  // The training rows hold something else altogether: the other window stands in their place.
  const training: ReferenceProfile = {
    ...profile,
    columns: profile.columns.map(column => ({ ...column, counts: column.counts.map((_, i) => (i ? 0 : 10)) })),
  }
  const report = makeReport(subject, training, current, { against: await histories.sum('f', { bundleDigest }) })
  expect(report.against).toEqual({ rows: 2000, window: { from: start, to: start + minute } })
  expect(report.columns[0]!.statistics.ks).toBeCloseTo(counted.expected.ks!, 12)
  expect(report.columns[0]!.referenceRows).toBe(2000)
  expect(report.columns[0]!.noise.ks).toBeCloseTo(1.9495 * Math.sqrt(2 / 2000), 12)
  expect(report.columns[1]!.statistics['jensen-shannon']).toBeCloseTo(named.expected['jensen-shannon']!, 12)
})

test('of a wide model the columns that moved furthest are told, in the history as in the report, and how many drift in all', async () => {
  const far = new Set(Array.from({ length: 300 }, (_, i) => `x${i * 4}`))
  const columns = Array.from({ length: 1200 }, (_, i) => ({ ...profile.columns[0]!, name: `x${i}` }))
  const wide = { ...profile, columns: columns as ReferenceProfile['columns'] }
  const shifted = [...counted.reference.slice(3), 0, 0, 0]
  const wideWindow = windowOf(start, counted.reference, [], {
    columns: columns.map(({ name }) => sparse(name, far.has(name) ? shifted : counted.reference)),
    rows: 2000,
  })
  windows.merge('e', bundleDigest, [wideWindow])
  histories = new Histories(windows, { get: async () => ({ profile: wide, binSetDigest: '', signature: {} as never }) })
  const told = await history()
  expect(told).toMatchObject({ allColumns: 1200 })
  expect(told.columns.filter(({ name }) => far.has(name))).toHaveLength(200)
  expect(told.columns).toHaveLength(200)
  expect(told.buckets[0]!.drifted).toBe(300)

  const sum = await histories.sum('e', { bundleDigest })
  const most = await mostMoved(wide, sum, 'x1', new Slices())
  const subject = { endpoint: 'e', model: 'm', version: 2, bundleDigest, from: start, to: start + hour }
  const report = makeReport(subject, wide, sum, { most })
  expect(report.all).toEqual({ columns: 1200, drifted: told.buckets[0]!.drifted })
  expect(report.columns.map(({ name }) => name)).toContain('x1')
  expect(report.columns.filter(({ drifted }) => drifted)).toHaveLength(200)
  expect(await mostMoved(profile, sum, undefined, new Slices())).toBeNull()
})
