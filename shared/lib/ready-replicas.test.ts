import { expect, test } from 'vitest'
import { readyReplicas } from './ready-replicas.ts'

test('what could not be looked at is not told as it once was', () => {
  const replicas = { wanted: 3, ready: 2 }
  expect(readyReplicas({ status: 'degraded', replicas })).toBe('2 of 3')
  expect(readyReplicas({ status: 'unknown', replicas })).toBe('? of 3')
})
