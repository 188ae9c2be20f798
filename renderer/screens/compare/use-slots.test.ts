import { expect, test } from 'vitest'
import { slotsOf } from './use-slots.ts'

test('what is in sight has the slots in order, and what has focus keeps its own while it is in sight', () => {
  expect(slotsOf(['a', 'b', 'c', 'd'], null)).toEqual([0, 1, 2, 3])
  const held = { id: 'c', slot: 2 }
  expect(slotsOf(['a', 'b', 'c', 'd'], held)).toEqual([0, 1, 2, 3])
  expect(slotsOf(['c', 'd', 'e', 'f'], held)).toEqual([2, 0, 1, 3])
  expect(slotsOf(['y', 'z', 'a', 'b', 'c'], held)).toEqual([0, 1, 3, 4, 2])
  expect(slotsOf(['d', 'e', 'f', 'g'], held)).toEqual([0, 1, 2, 3])
  // With fewer in sight than there were.
  expect(slotsOf(['b', 'c'], held)).toEqual([0, 2])
  expect(slotsOf([], held)).toEqual([])
})
