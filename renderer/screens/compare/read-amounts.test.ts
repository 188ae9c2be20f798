import { expect, test } from 'vitest'
import { readAmount, spread } from './read-amounts.ts'

test('an amount is a number of any sign; nothing is 0, and words are none', () => {
  expect(['', ' 12.5 ', '-3', '1e3'].map(readAmount)).toEqual([0, 12.5, -3, 1000])
  expect(['1,5', 'abc', 'Infinity', '1e13', '--1'].map(readAmount)).toEqual([null, null, null, null, null])
})

test('a pasted table is laid over the cells from where it was pasted, and stays inside', () => {
  const cells = [
    ['0', '1', '1'],
    ['1', '0', '1'],
    ['1', '1', '0'],
  ]
  expect(spread(cells, '2\t3\r\n4\t5\r\n', 0, 1)).toEqual([
    ['0', '2', '3'],
    ['1', '4', '5'],
    ['1', '1', '0'],
  ])
  expect(spread(cells, '7\t8\n9', 2, 2)).toEqual([cells[0], cells[1], ['1', '1', '7']])
  expect(spread(cells, '', 0, 0)[0]).toEqual(['', '1', '1'])
})
