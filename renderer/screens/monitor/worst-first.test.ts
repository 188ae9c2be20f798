import { expect, test } from 'vitest'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import { worstFirst } from './worst-first.ts'

const endpoint = (name: string, more: Partial<Endpoint>): Endpoint => ({
  endpoint: name,
  url: 'http://127.0.0.1:1',
  status: 'up',
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
  ...more,
})

test('down comes before drifted, drifted before slow, slow before quick', () => {
  const latency = (p95: number) => ({ p50: 1, p95, p99: p95 })
  const order = worstFirst([
    endpoint('quick', { latencyMs: latency(2) }),
    endpoint('slow', { latencyMs: latency(90) }),
    endpoint('drifted', { drifted: ['age'] }),
    endpoint('down', { status: 'down' }),
    endpoint('more-drifted', { drifted: ['age', 'income'] }),
  ])
  expect(order.map(each => each.endpoint)).toEqual(['down', 'more-drifted', 'drifted', 'slow', 'quick'])
})
