import { expect, test } from 'vitest'
import { sortFloats } from './sort-floats.ts'

test('sorts as the language does, at every size and with what is no common number', () => {
  const odd = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -149, -(2 ** -149), 3e300]
  for (const size of [0, 1, 7, 5000]) {
    const values = Float64Array.from({ length: size }, (_, i) =>
      i % 9 ? Math.sin(i * i) * 10 ** (i % 30) : odd[i % 8]!,
    )
    const wanted = Float32Array.from(values.filter(value => !Number.isNaN(value))).sort()
    const sorted = sortFloats(values)
    expect(sorted).toEqual(wanted)
    expect([...sorted].every((value, i) => Object.is(value, wanted[i]))).toBe(true)
  }
})
