import { expect, test } from 'vitest'
import { rowKeys } from './use-row-keys.ts'

const drawn = { ids: ['a', 'b', 'c', 'd'], keys: [0, 1, 2, 3] }

test('what stays in sight keeps its key', () => {
  expect(rowKeys(['a', 'b'], { ids: [], keys: [] }, true)).toEqual([0, 1])
  expect(rowKeys(['c', 'd', 'e', 'f'], drawn, true)).toEqual([2, 3, 4, 5])
  expect(rowKeys(['z', 'a', 'b', 'c'], drawn, true)).toEqual([4, 0, 1, 2])
  expect(rowKeys([], drawn, true)).toEqual([])
})

test('where less than half stays, keys are used again in their order, unless something is in use', () => {
  expect(rowKeys(['v', 'w', 'x', 'y'], drawn, true)).toEqual([0, 1, 2, 3])
  expect(rowKeys(['d', 'e', 'f', 'g'], drawn, true)).toEqual([0, 1, 2, 3])
  expect(rowKeys(['v', 'w', 'x', 'y', 'a'], drawn, true)).toEqual([0, 1, 2, 3, 4])
  expect(rowKeys(['d', 'e', 'f', 'g'], drawn, false)).toEqual([3, 4, 5, 6])
})
