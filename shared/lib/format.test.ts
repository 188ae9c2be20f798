import { expect, test } from 'vitest'
import { formatAgo, formatClock, formatMoment, formatRange } from './format.ts'

test('how long ago is told in whole minutes, hours and days', () => {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]
  expect([0, 59 * second, minute, 59.9 * minute, hour, 23.9 * hour, day, 2.5 * day].map(formatAgo)).toEqual([
    'just now',
    'just now',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '23 h ago',
    '1 day ago',
    '2 days ago',
  ])
  expect(formatAgo(-5000)).toBe('just now')
})

test('a moment is written in the zone of this machine, its month as a word', () => {
  const at = new Date(2026, 10, 5, 20, 4, 9).getTime()
  expect(formatMoment(at)).toBe('5 Nov 2026, 20:04')
  expect(formatClock(at)).toBe('20:04:09')
})

test('a range says both its ends', () => {
  expect(formatRange(['0.91', '0.95'])).toBe('0.91 to 0.95')
})
