import { expect, test } from 'vitest'
import { keepExtremes } from './downsample.ts'

test('every spike, both ends and the order of the steps survive', () => {
  const steps = Array.from({ length: 100_000 }, (_, i) => i)
  const values = steps.map(step => Math.sin(step / 5000))
  values[61_803] = 9
  values[31_415] = -9
  const thinned = keepExtremes({ key: 'loss', steps, values }, 500)
  expect(thinned.steps.length).toBeLessThanOrEqual(1002)
  expect(thinned.values[thinned.steps.indexOf(61_803)]).toBe(9)
  expect(thinned.values[thinned.steps.indexOf(31_415)]).toBe(-9)
  expect([thinned.steps[0], thinned.steps.at(-1)]).toEqual([0, 99_999])
  expect(thinned.steps).toEqual([...new Set(thinned.steps)].sort((a, b) => a - b))
  expect(thinned.steps.every((step, i) => values[step] === thinned.values[i])).toBe(true)
})

test('a short curve stays as it is, a flat one keeps one point a stretch', () => {
  const short = { steps: [1, 2], values: [3, 4] }
  expect(keepExtremes(short, 1)).toBe(short)
  const flat = { steps: Array.from({ length: 50 }, (_, i) => i), values: new Array<number>(50).fill(1) }
  expect(keepExtremes(flat, 10).values).toHaveLength(12)
})
