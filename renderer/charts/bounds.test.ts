import { expect, test } from 'vitest'
import { boundsOf } from './options.ts'

const ends = (range: readonly [number, number], drawn: { min: number; max: number }) => {
  const { min, max } = boundsOf(range)
  return [min?.(drawn), max?.(drawn)]
}

test('an axis ends where its values must end, and is left to itself elsewhere', () => {
  const unit = [0, 1] as const
  expect(ends(unit, { min: 0.95, max: 0.999 })).toEqual([null, 1])
  expect(ends(unit, { min: 1, max: 1 })).toEqual([null, 1])
  expect(ends(unit, { min: 0.4, max: 0.5 })).toEqual([null, null])
  expect(ends(unit, { min: 0.01, max: 0.2 })).toEqual([0, null])
  expect(ends(unit, { min: 0, max: 1 })).toEqual([0, 1])
  expect(ends([0, Number.POSITIVE_INFINITY], { min: 1, max: 900 })).toEqual([0, null])
  expect(ends([Number.NEGATIVE_INFINITY, 1], { min: -4, max: 0.9 })).toEqual([null, 1])
  expect(boundsOf(undefined)).toEqual({})
})
