import { expect, test } from 'vitest'
import { formatClock, formatMoment, formatRange } from './format.ts'

test('a moment is written in the zone of this machine, its month as a word', () => {
  const at = new Date(2026, 10, 5, 20, 4, 9).getTime()
  expect(formatMoment(at)).toBe('5 Nov 2026, 20:04')
  expect(formatClock(at)).toBe('20:04:09')
})

test('a range says both its ends', () => {
  expect(formatRange(['0.91', '0.95'])).toBe('0.91 to 0.95')
})
