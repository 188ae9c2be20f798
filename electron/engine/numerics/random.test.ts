import { expect, test } from 'vitest'
import { Pcg32 } from './random.ts'

test('gives the numbers of the reference implementation', () => {
  // pcg32-demo of the reference C code (pcg-random.org, pcg-c-basic 0.9): seed 42, stream 54.
  const random = new Pcg32(42, 54)
  const first = Array.from({ length: 6 }, () => random.nextUint32())
  expect(first).toEqual([0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e])
})

test('floats, bounded numbers and normals have the moments they should', () => {
  const random = new Pcg32(1)
  const n = 200_000
  let sum = 0
  let gaussian = 0
  let gaussianSquares = 0
  const counts = new Int32Array(7)
  for (let i = 0; i < n; i += 1) {
    sum += random.nextFloat()
    const g = random.nextGaussian()
    gaussian += g
    gaussianSquares += g * g
    counts[random.nextBelow(7)]! += 1
  }
  expect(sum / n).toBeCloseTo(0.5, 2)
  expect(gaussian / n).toBeCloseTo(0, 1)
  expect(gaussianSquares / n).toBeCloseTo(1, 1)
  for (const count of counts) expect(Math.abs(count / (n / 7) - 1)).toBeLessThan(0.03)
})

test('a shuffle is a permutation, the same for the same seed', () => {
  const values = Int32Array.from({ length: 100 }, (_, i) => i)
  const shuffled = new Pcg32(3).shuffle(values.slice())
  expect(new Pcg32(3).shuffle(values.slice())).toEqual(shuffled)
  expect(shuffled).not.toEqual(values)
  expect([...shuffled].sort((a, b) => a - b)).toEqual([...values])
})
