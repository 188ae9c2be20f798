import { expect, test } from 'vitest'
import type { Endpoint, Lately } from '../../shared/model/monitoring.ts'
import { worstFirst } from './health.ts'

const endpoint = (name: string, status: Endpoint['status'] = 'up'): Endpoint => ({
  endpoint: name,
  url: 'http://127.0.0.1:1',
  status,
  lastSeenAt: null,
  message: null,
  model: null,
  version: null,
  bundleDigest: null,
  rows: 0,
  errors: 0,
  latencyMs: null,
  drifted: null,
  createdAt: 0,
})
function lately(name: string, more: { errors?: number; p95?: number; drifted?: number; few?: boolean } = {}): Lately {
  const { errors = 0, p95 = 1, drifted = 0, few = false } = more
  const at = { value: p95, low: 0, high: p95 }
  return {
    endpoint: name,
    lastHour: { from: 0, to: 1, rows: 90, requests: 90, errors, latencyMs: { p50: at, p95: at, p99: at } },
    rowsByMinute: [],
    drift: {
      window: { from: 0, to: 1 },
      rows: 90,
      enoughRows: !few,
      columns: 9,
      drifted: Array.from({ length: drifted }, (_, i) => `column ${i}`),
      worst: { name: 'age', statistic: 'psi', value: 1, threshold: 0.1 },
    },
  }
}

test('down, failing, drifted by their columns, not known, too few rows, then the slow before the quick', () => {
  const names = ['quick', 'slow', 'few', 'new', 'drifted', 'more-drifted', 'failing']
  const order = worstFirst(
    [...names.map(name => endpoint(name)), endpoint('down', 'down')],
    [
      lately('quick'),
      lately('slow', { p95: 90 }),
      lately('few', { few: true }),
      lately('drifted', { drifted: 1 }),
      lately('more-drifted', { drifted: 2 }),
      lately('failing', { errors: 10 }),
      lately('down', { drifted: 9 }),
    ],
  )
  expect(order.map(each => each.endpoint.endpoint)).toEqual([
    'down',
    'failing',
    'more-drifted',
    'drifted',
    'new',
    'few',
    'slow',
    'quick',
  ])
  expect(order.at(-1)!.health).toEqual({ state: 'sound', tone: 'good' })
})
