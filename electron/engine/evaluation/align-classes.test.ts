import { expect, test } from 'vitest'
import { alignClasses } from './align-classes.ts'

test('probabilities follow their labels; unknown classes get none', () => {
  const predictions = Float32Array.of(0.25, 0.75, 1, 0)
  expect(alignClasses(predictions, ['a', 'b'], ['a', 'b'])).toBe(predictions)
  expect([...alignClasses(predictions, ['a', 'b'], ['b', 'a'])]).toEqual([0.75, 0.25, 0, 1])
  expect([...alignClasses(predictions, ['a', 'b'], ['a', 'b', 'c'])]).toEqual([0.25, 0.75, 0, 1, 0, 0])
  expect(alignClasses(predictions, [], [])).toBe(predictions)
  expect(() => alignClasses(predictions, ['a', 'b'], ['x', 'y'])).toThrow('none of the classes x, y')
})
