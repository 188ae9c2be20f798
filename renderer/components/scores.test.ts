import { expect, test } from 'vitest'
import { formatDelta } from './scores.ts'

test('a delta shows its sign', () => {
  expect([formatDelta(0.012), formatDelta(-3), formatDelta(0)]).toEqual(['+0.012', '−3.0', '0'])
})
