import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { windowOf } from './fixtures.ts'
import { WindowStore } from './window-store.ts'

const bundleDigest = `sha256:${'a'.repeat(64)}`
const start = 1_800_000_000_000 - (1_800_000_000_000 % 3_600_000)
const minute = 60_000
let folder: string
let store: WindowStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-windows-'))
  store = new WindowStore(folder)
})
afterEach(async () => {
  store.close()
  await rm(folder, { recursive: true, force: true })
})

const total = () => store.totals('e', bundleDigest).rows
const list = () => store.list('e', { bundleDigest })

test('taking a window twice, or an older copy of it, changes nothing', () => {
  const older = windowOf(10, { startMs: start })
  const newer = windowOf(25, { startMs: start })
  expect(store.merge('e', bundleDigest, [older])).toEqual({ changed: 1, shrunk: 0 })
  expect(store.merge('e', bundleDigest, [newer, older, newer])).toEqual({ changed: 1, shrunk: 0 })
  expect(list()).toEqual([newer])
})

test('the order of arrival does not matter, replicas and restarts stand apart', () => {
  const windows = [
    windowOf(10, { startMs: start }),
    windowOf(20, { startMs: start, replica: 'two' }),
    windowOf(5, { startMs: start, boot: 'second' }),
    windowOf(7, { startMs: start + minute }),
  ]
  store.merge('e', bundleDigest, windows)
  store.merge('f', bundleDigest, [...windows].reverse())
  expect(total()).toBe(42)
  expect(store.totals('f', bundleDigest)).toEqual(store.totals('e', bundleDigest))
})

test('a counter that shrinks though its sequence rose is not taken', () => {
  store.merge('e', bundleDigest, [windowOf(10, { startMs: start, sequence: 5 })])
  expect(store.merge('e', bundleDigest, [windowOf(3, { startMs: start, sequence: 6 })])).toEqual({
    changed: 0,
    shrunk: 1,
  })
  expect(total()).toBe(10)
})

test('old minutes become quarters, then hours, and then go; no row is lost or counted twice on the way', () => {
  const minutes = Array.from({ length: 180 }, (_, i) => windowOf(10, { startMs: start + i * minute }))
  store.merge('e', bundleDigest, minutes)
  const end = start + 180 * minute
  store.tidy(end)
  // One hour lies further back than two: it is four quarters now, the rest is minutes still.
  expect(
    list()
      .map(window => window.spanMs)
      .filter(span => span === 15 * minute),
  ).toHaveLength(4)
  expect(list()).toHaveLength(124)
  expect(total()).toBe(1800)
  expect(list()[0]!.columns[0]!.bins.reduce((sum, [, count]) => sum + count, 0)).toBe(150)

  store.merge('e', bundleDigest, minutes)
  expect(total()).toBe(1800)
  store.tidy(end)
  store.tidy(end + 3 * 86_400_000)
  expect(total()).toBe(1800)
  expect(list()[0]!.spanMs).toBe(60 * minute)
  store.merge('e', bundleDigest, minutes)
  expect(total()).toBe(1800)

  store.tidy(end + 91 * 86_400_000)
  expect(total()).toBe(0)
})

test('minutes of an outage that arrive late still count: the newest bucket stays open', () => {
  store.merge('e', bundleDigest, [windowOf(10, { startMs: start })])
  store.tidy(start + 5 * 3_600_000)
  store.merge('e', bundleDigest, [windowOf(10, { startMs: start + minute })])
  expect(total()).toBe(20)
})

test("a server's own longer window takes the place of our minutes of it", () => {
  store.merge('e', bundleDigest, [windowOf(10, { startMs: start }), windowOf(10, { startMs: start + minute })])
  store.merge('e', bundleDigest, [windowOf(50, { startMs: start, spanMs: 15 * minute })])
  expect(total()).toBe(50)
  expect(list()).toHaveLength(1)
})
