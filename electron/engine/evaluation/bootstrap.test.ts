import { expect, test } from 'vitest'
import { percentileInterval } from './bootstrap.ts'

/** By scipy 1.17.1: norm.cdf(−√(n / (n − 1)) · t.ppf(0.975, n − 1)). */
const outside = [
  [10, 0.008550639024406366],
  [20, 0.015880829920347974],
  [100, 0.023064387207087644],
  [50_000, 0.024996081637633182],
] as const

test.each(outside)('of %i rows an interval leaves out what Student’s t says, at each end', (drawn, share) => {
  const values = Float64Array.from({ length: 10_001 }, (_, i) => i / 10_000)
  const told = { drawn, center: 0.5, estimate: 0.5, narrowing: 1 }
  const [low, high] = percentileInterval(values, values.length, told)!
  expect(low).toBeCloseTo(share, 8)
  expect(high).toBeCloseTo(1 - share, 8)
})

test('of two rows it is as wide as the values', () => {
  const told = { drawn: 2, center: 1, estimate: 1, narrowing: 1 }
  expect(percentileInterval(Float64Array.of(0, 1, 1, 2), 4, told)).toEqual([0, 2])
})
