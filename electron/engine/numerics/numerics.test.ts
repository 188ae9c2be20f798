import { expect, test } from 'vitest'
import { argsort, mean, Pcg32, quantile, Resampler, searchSorted, variance } from './index.ts'

test.each([5, 100, 20_000])('%i values are put in order, equal ones as they came, NaN last', count => {
  const random = new Pcg32(count)
  const values = Float64Array.from({ length: count }, (_, i) =>
    i % 11 === 0
      ? Number.NaN
      : i % 7 === 0
        ? -0
        : i % 5 === 0
          ? 0
          : Math.round(random.nextGaussian() * 50) * 10 ** (i % 3),
  )
  values[1] = Number.NEGATIVE_INFINITY
  values[2] = Number.POSITIVE_INFINITY
  const expected = Array.from(values.keys()).sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!]
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b
    return (x < y ? -1 : x > y ? 1 : 0) || a - b
  })
  expect(Array.from(argsort(values))).toEqual(expected)
  expect(argsort([]).length).toBe(0)
})

test('mean and variance, of large values too; NaN where they are undefined', () => {
  expect(mean([1, 2, 4])).toBeCloseTo(7 / 3, 15)
  expect(variance([1, 2, 4])).toBeCloseTo(7 / 3, 15)
  expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30)
  expect(mean([])).toBeNaN()
  expect(variance([1])).toBeNaN()
})

/** NumPy 2's `quantile` with its usual method, linear. */
test('quantiles lie between order statistics', () => {
  const values = [7, 1, 3, 15, 9]
  const expected = { 0: 1, 0.1: 1.8, 0.25: 3, 0.5: 7, 0.9: 12.6, 1: 15 }
  for (const [share, value] of Object.entries(expected)) expect(quantile(values, Number(share))).toBeCloseTo(value, 12)
  expect(values).toEqual([7, 1, 3, 15, 9])
  expect(quantile([], 0.5)).toBeNaN()
})

test('a resample draws as many as there are, each as likely; the seed gives it again', () => {
  const counts = new Uint16Array(1000)
  const totals = new Float64Array(1000)
  const resampler = new Resampler(new Pcg32(1))
  const rounds = 400
  for (let round = 0; round < rounds; round += 1) {
    resampler.fill(counts)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000)
    counts.forEach((count, i) => {
      totals[i]! += count
    })
  }
  // Pearson's χ² of 999 degrees of freedom: 99.99 % lie between 838 and 1175.
  const chiSquare = totals.reduce((sum, total) => sum + (total - rounds) ** 2 / rounds, 0)
  expect(chiSquare).toBeGreaterThan(838)
  expect(chiSquare).toBeLessThan(1175)
  const again = new Uint16Array(1000)
  new Resampler(new Pcg32(1)).fill(again)
  new Resampler(new Pcg32(1)).fill(counts)
  expect(again).toEqual(counts)
})

test('a place among ascending values is before or after those that equal it', () => {
  const sorted = Float64Array.of(1, 2, 2, 2, 5)
  for (const value of [0, 1, 1.5, 2, 5, 6, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
    expect(searchSorted(sorted, value, 'left')).toBe(sorted.filter(each => each < value).length)
    expect(searchSorted(sorted, value, 'right')).toBe(sorted.filter(each => each <= value).length)
  }
  expect(searchSorted([], 1, 'right')).toBe(0)
})
