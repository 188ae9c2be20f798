import { expect, test } from 'vitest'
import type { ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { profile, windowOf } from './fixtures.ts'
import { makeReport } from './report.ts'
import { latencyQuantiles, sumWindows, windowFault } from './windows.ts'

const subject = { endpoint: 'e', model: 'm', version: 1, bundleDigest: `sha256:${'a'.repeat(64)}`, from: 1, to: 2 }
const report = (windows = [windowOf(200)], reference: ReferenceProfile = profile) =>
  makeReport(subject, reference, sumWindows(windows))
const total = (shares: number[]) => shares.reduce((sum, share) => sum + share, 0)

test('rows like the training rows are no drift; shares and windows are told', () => {
  const { columns, ...rest } = report([windowOf(100), windowOf(100, { replica: 'two' })])
  expect(rest).toMatchObject({ rows: 200, replicas: 2, enoughRows: true, drifted: false })
  expect(rest.window).toEqual({ from: 1_800_000_000_000, to: 1_800_000_060_000 })
  expect(columns.map(column => [column.name, column.kind, column.drifted])).toEqual([
    ['size', 'number', false],
    ['colour', 'category', false],
    ['class', 'prediction', false],
  ])
  for (const column of columns) {
    expect(total(column.reference)).toBeCloseTo(1, 12)
    expect(total(column.current)).toBeCloseTo(1, 12)
    expect(column.reference.length).toBe(column.labels.length || column.edges.length - 1)
    expect(column.edges).toEqual([...column.edges].sort((a, b) => a - b))
  }
  expect(columns[0]!.statistics).toHaveProperty('psi')
  expect(columns[0]!.statistics).toHaveProperty('ks')
  expect(columns[1]!.statistics).toHaveProperty('jensen-shannon')
})

test('a shifted column drifts, the others do not; its effect is the share of moved rows', () => {
  const { columns, drifted } = report([windowOf(200, { shift: 6 })])
  expect(drifted).toBe(true)
  expect(columns.filter(column => column.drifted).map(column => column.name)).toEqual(['size'])
  expect(columns[0]!.statistics.ks).toBeCloseTo(0.3, 12)
  expect(columns[0]!.effectSize).toBeCloseTo(0.3, 12)
  expect(columns[0]!.value).toBeGreaterThanOrEqual(columns[0]!.threshold)
})

test('eight rows say nothing, however far they lie', () => {
  const { columns, ...rest } = report([windowOf(8, { shift: 19 })])
  expect(rest).toMatchObject({ rows: 8, enoughRows: false, drifted: false })
  expect(columns[0]!.statistics.ks).toBeGreaterThan(0.9)
})

test('no window at all is a report of no rows', () => {
  const { columns, ...rest } = report([])
  expect(rest).toMatchObject({ rows: 0, drifted: false, window: { from: 1, to: 2 } })
  expect(JSON.stringify(columns)).not.toContain('null')
})

test('a column that went missing altogether drifts, as does one that was missing and is there now', () => {
  const gone = windowOf(200)
  gone.columns[0] = { name: 'size', bins: [], missing: 200 }
  expect(report([gone]).columns[0]).toMatchObject({ drifted: true, missing: { reference: 0, current: 1 } })
  const reference: ReferenceProfile = {
    ...profile,
    columns: [
      { name: 'size', kind: 'number', edges: [], counts: [0], missing: 1000, min: null, max: null },
      profile.columns[1]!,
    ],
  }
  const there = windowOf(200)
  there.columns[0] = { name: 'size', bins: [[0, 200]], missing: 0 }
  expect(report([there], reference).columns[0]!.drifted).toBe(true)
  there.columns[0] = { name: 'size', bins: [], missing: 200 }
  expect(report([there], reference).columns[0]!.drifted).toBe(false)
})

test('a column of one category is no drift until another comes', () => {
  const reference: ReferenceProfile = {
    ...profile,
    columns: [
      profile.columns[0]!,
      { name: 'colour', kind: 'category', labels: ['red'], counts: [1000, 0], missing: 0 },
    ],
  }
  const window = windowOf(200)
  window.columns[1] = { name: 'colour', bins: [[0, 200]], missing: 0 }
  expect(report([window], reference).columns[1]).toMatchObject({ drifted: false, labels: ['red', '(other)'] })
  window.columns[1] = {
    name: 'colour',
    bins: [
      [0, 150],
      [1, 50],
    ],
    missing: 0,
  }
  expect(report([window], reference).columns[1]).toMatchObject({ drifted: true, current: [0.75, 0.25] })
})

test('a column that the server does not count is told with no rows and no drift', () => {
  const window = windowOf(200)
  window.columns.pop()
  expect(report([window]).columns[1]).toMatchObject({ name: 'colour', rows: 0, drifted: false })
})

test('at most 30 bins are drawn, and they hold all rows', () => {
  const edges = Array.from({ length: 255 }, (_, i) => Math.exp(i / 40))
  const counts = new Array<number>(256).fill(4)
  const reference: ReferenceProfile = {
    ...profile,
    columns: [{ name: 'size', kind: 'number', edges, counts, missing: 0, min: 0.5, max: 700 }],
  }
  const column = report([windowOf(200)], reference).columns[0]!
  expect(column.reference.length).toBeLessThanOrEqual(30)
  expect(column.reference.length).toBeGreaterThan(15)
  expect(total(column.reference)).toBeCloseTo(1, 12)
})

test('windows that cannot be true are named', () => {
  const fault = (change: object) => windowFault({ ...windowOf(10), ...change }, profile)
  expect(fault({})).toBe(null)
  expect(fault({ rows: -1 })).toContain('negative')
  expect(fault({ spanMs: 0 })).toContain('span')
  expect(fault({ columns: [{ name: 'size', bins: [[20, 1]], missing: 0 }] })).toContain('bin of "size"')
  expect(fault({ columns: [{ name: 'size', bins: [[1, -1]], missing: 0 }] })).toContain('negative')
  expect(fault({ columns: [{ name: 'other', bins: [], missing: 0 }] })).toContain('"other"')
  expect(fault({ columns: [{ name: 'size', bins: [[1, 11]], missing: 0 }] })).toContain('more values than rows')
})

test('latency quantiles lie inside their bounds', () => {
  expect(latencyQuantiles([0, 0], [1])).toBe(null)
  expect(latencyQuantiles([100, 0, 0], [2, 10])).toEqual({ p50: 1, p95: 1.9, p99: 1.98 })
  expect(latencyQuantiles([0, 0, 5], [2, 10])).toEqual({ p50: 10, p95: 10, p99: 10 })
})
