import { expect, test } from 'vitest'
import { shorten } from './shorten.ts'

test('what fits stays, what is longer is cut, and no emoji in the middle', () => {
  expect(shorten('four', 4)).toBe('four')
  expect(shorten('longer', 4)).toBe('long…')
  expect(shorten('ab👩c', 3)).toBe('ab…')
  expect(shorten('ab👩c', 4)).toBe('ab👩…')
})
