import { expect, test } from 'vitest'
import { parseView, parseWindow, spanSince, type View, viewQuery } from './view.ts'

test('a window of an address is two rising moments, or none', () => {
  expect(parseWindow('1800000000000-1800000060000')).toEqual({ from: 1_800_000_000_000, to: 1_800_000_060_000 })
  for (const bad of [null, '', '5', '9-3', '3-3', '-1-5', '1-2-3', 'a-b', `${'9'.repeat(20)}-${'9'.repeat(21)}`]) {
    expect(parseWindow(bad), String(bad)).toBe(null)
  }
})

test('an address says the whole view, whatever the column is called', () => {
  const view: View = {
    span: '7d',
    stretches: 120,
    window: { from: 1, to: 2 },
    against: { from: 0, to: 1 },
    column: { name: 'a&b=c?/<i>', isPrediction: false },
  }
  expect(parseView(new URLSearchParams(viewQuery(view)), '1h')).toEqual(view)
  const prediction = { ...view, column: { name: 'class', isPrediction: true } }
  expect(parseView(new URLSearchParams(viewQuery(prediction)), '1h')).toEqual(prediction)
  expect(parseView(new URLSearchParams('span=x&stretches=7&window=9-3'), '24h')).toEqual({
    span: '24h',
    stretches: 62,
    window: null,
    against: null,
    column: null,
  })
})

test('what is watched for a moment is shown by the hour, what is watched for long by the week', () => {
  const hour = 3_600_000
  expect([0, hour / 2, 2 * hour, 30 * hour, 900 * hour].map(spanSince)).toEqual(['1h', '1h', '24h', '7d', '7d'])
})
