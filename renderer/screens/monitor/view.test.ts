import { expect, test } from 'vitest'
import { parseWindow } from './view.ts'

test('a window of an address is two rising moments, or none', () => {
  expect(parseWindow('1800000000000-1800000060000')).toEqual({ from: 1_800_000_000_000, to: 1_800_000_060_000 })
  for (const bad of [null, '', '5', '9-3', '3-3', '-1-5', '1-2-3', 'a-b', `${'9'.repeat(20)}-${'9'.repeat(21)}`]) {
    expect(parseWindow(bad), String(bad)).toBe(null)
  }
})
