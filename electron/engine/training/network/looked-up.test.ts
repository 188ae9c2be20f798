import { expect, test } from 'vitest'
import { lookUp, putRows, takeRows } from './looked-up.ts'

test('each row is looked up once, and its places name it among them', () => {
  const marks = new Int32Array(6).fill(-1)
  const found = lookUp(Int32Array.of(4, 1, 4, 5, 1), marks)
  expect([...found.rows]).toEqual([4, 1, 5])
  expect([...found.places]).toEqual([0, 1, 0, 2, 1])
  expect(lookUp(Int32Array.of(1), marks)).toEqual({ rows: Int32Array.of(1), places: Int32Array.of(0) })
})

test('a place outside the table is refused', () => {
  expect(() => lookUp(Int32Array.of(2), new Int32Array(2).fill(-1))).toThrow('Place 2 of a table with 2 rows')
  expect(() => lookUp(Int32Array.of(-1), new Int32Array(2).fill(-1))).toThrow('Place -1')
})

test('rows are taken out, changed and put back; the others stay', () => {
  const table = Float32Array.from({ length: 8 }, (_, i) => i)
  const rows = Int32Array.of(3, 1)
  const taken = takeRows(table, rows, 2)
  expect([...taken]).toEqual([6, 7, 2, 3])
  putRows(
    table,
    rows,
    2,
    taken.map(value => -value),
  )
  expect([...table]).toEqual([0, 1, -2, -3, 4, 5, -6, -7])
})
