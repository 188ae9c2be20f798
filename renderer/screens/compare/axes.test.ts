import { expect, test } from 'vitest'
import { inOrder, moved } from './axes.ts'

const axes = ['seed', 'depth', 'AUC'].map(name => ({ name }))
const names = (items: { name: string }[]) => items.map(({ name }) => name)

test('axes come in the order that was given; a name that none has changes nothing, others follow', () => {
  expect(names(inOrder(axes, []))).toEqual(['seed', 'depth', 'AUC'])
  expect(names(inOrder(axes, ['AUC', 'gone', 'seed']))).toEqual(['AUC', 'seed', 'depth'])
})

test('an axis moves past its neighbours, and not beyond the ends', () => {
  expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3])
  expect(moved([1, 2, 3], 2, 0)).toEqual([3, 1, 2])
  expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3])
  expect(moved([1, 2, 3], 2, 9)).toEqual([1, 2, 3])
})
