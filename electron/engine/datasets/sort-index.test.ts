import { mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RowSet } from './row-set.ts'
import { SortIndex, SortIndexWriter } from './sort-index.ts'
import { orderValues } from './value-order.ts'

/** Small numbers drawn by a seeded generator. */
function drawn(count: number, below: number): number[] {
  let state = 7
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  })
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-index-'))
})
afterAll(() => rm(folder, { recursive: true }))

const missing = (value: number | null) => value === null
let files = 0

/** Of the second of two columns in a file. */
async function indexOf(values: (number | null)[]): Promise<SortIndex> {
  files += 1
  const file = join(folder, `${files}.index`)
  const writer = await SortIndexWriter.open(file, values.length)
  const { indexes, keep } = writer.reserve(['other', 'own'])
  expect(indexes).toBe(2)
  const order = (column: (number | null)[]) =>
    orderValues(
      Float64Array.from(column.filter(value => value !== null)),
      column.some(missing) ? Uint8Array.from(column, value => Number(missing(value))) : null,
    )
  await keep(1, order(values))
  await keep(0, order(values.toReversed()))
  await writer.close()
  expect(writer.columns).toEqual(['other', 'own'])
  const present = values.filter(value => value !== null).length
  return new SortIndex({ file, column: 1, columns: 2, rows: values.length, present })
}

function setOf(rows: number, isIn: (row: number) => boolean): RowSet {
  const bits = new Uint8Array(Math.ceil(rows / 8))
  for (let row = 0; row < rows; row += 1) if (isIn(row)) bits[row >> 3]! |= 128 >> (row & 7)
  return new RowSet(bits)
}

const rows = 20_000
test.each<[string, (number | null)[]]>([
  ['all different', drawn(rows, 2 ** 31).map((value, i) => value * 2 ** 20 + i)],
  ['two values', drawn(rows, 2)],
  ['hundred values, some missing', drawn(rows, 100).map(value => (value > 90 ? null : value))],
  ['one value', Array.from({ length: rows }, () => 5)],
  ['all missing', Array.from({ length: rows }, () => null)],
  ['none', []],
])('pages of a column with %s are those of a stable sort, both ways, with and without a filter', async (_, values) => {
  const index = await indexOf(values)
  const isIn = (row: number) => row % 7 < 2 && (row < 6000 || row > 9000)
  const set = setOf(values.length, isIn)
  for (const isDescending of [false, true]) {
    const sign = isDescending ? -1 : 1
    const sorted = [...values.keys()].sort((a, b) => {
      const [left, right] = [values[a]!, values[b]!]
      if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b
      return sign * (left - right) || a - b
    })
    const kept = sorted.filter(isIn)
    for (const offset of [0, 49, 4321, kept.length - 10, rows - 20, rows]) {
      if (offset < 0) continue
      expect(index.slice(isDescending, null, offset, 50)).toEqual(sorted.slice(offset, offset + 50))
      expect(index.slice(isDescending, set, offset, 50)).toEqual(kept.slice(offset, offset + 50))
    }
  }
  index.close()
})

test('where a value stands is told to within a few places, or not at all by a file of versions before', async () => {
  const values = drawn(rows, 5000).map(value => (value > 4900 ? null : value - 100))
  const index = await indexOf([...values, Number.NaN])
  const sorted = values.filter(value => value !== null).sort((a, b) => a - b)
  for (const value of [Number.NEGATIVE_INFINITY, -100, 0.5, 17, 4799, 4800, Number.POSITIVE_INFINITY]) {
    for (const isBehind of [false, true]) {
      const place = sorted.findIndex(each => (isBehind ? each > value : each >= value))
      const { from, to } = index.boundsOf(value, isBehind)
      const expected = place < 0 ? sorted.length : place
      expect(from <= expected && expected <= to && to - from < 64, `${value}: ${from} ${expected} ${to}`).toBe(true)
    }
  }
  index.close()
  const file = join(folder, `${files}.index`)
  const { size } = await stat(file)
  await truncate(file, size - 1)
  const present = sorted.length + 1
  const old = new SortIndex({ file, column: 1, columns: 2, rows: rows + 1, present })
  expect(old.boundsOf(17, false)).toEqual({ from: 0, to: present })
  old.close()
})

test('sets of rows have what both have, and all that another leaves out', () => {
  const [even, low] = [setOf(1003, row => row % 2 === 0), setOf(1003, row => row < 10)]
  expect(even.and(low).slice(0, 20)).toEqual([0, 2, 4, 6, 8])
  expect(even.and(new RowSet(new Uint8Array(0))).total).toBe(0)
  expect(low.complement(1003).slice(0, 2000)).toEqual(Array.from({ length: 993 }, (_, i) => i + 10))
  expect(new RowSet(new Uint8Array(0)).complement(1003).total).toBe(1003)
})

test('values are put in order as DuckDB has it: no number last, zeros as one, and the same memory gives them back', () => {
  const odd = [
    3,
    Number.NaN,
    -0,
    0,
    Number.NEGATIVE_INFINITY,
    -1e-300,
    1e300,
    Number.POSITIVE_INFINITY,
    -2,
    -Number.NaN,
  ]
  const { values, rows, starts } = orderValues(Float64Array.from(odd), null)
  expect([...rows]).toEqual([4, 8, 5, 2, 3, 0, 6, 7, 1, 9])
  expect([...values]).toEqual([
    ...[Number.NEGATIVE_INFINITY, -2, -1e-300, 0, 0, 3, 1e300],
    ...[Number.POSITIVE_INFINITY, Number.NaN, Number.NaN],
  ])
  // Where a value differs from the one before: not at the second zero, nor at the second that is no number.
  expect(starts[0]!.toString(2)).toBe('111101111')
  const drawn20 = Float64Array.from(drawn(50_000, 2 ** 30), value => (value - 2 ** 29) / 7)
  expect(orderValues(drawn20.slice(), null).values).toEqual(drawn20.toSorted())
})

test('a file that is cut short is told, not read as zeros', async () => {
  const index = await indexOf([...drawn(rows, 100)])
  index.close()
  const file = join(folder, `${files}.index`)
  await truncate(file, 100)
  expect(() => new SortIndex({ file, column: 1, columns: 2, rows, present: rows })).toThrow(/cut short/)
})

test('a set of rows gives any part of itself, in the order of the file', () => {
  const isIn = (row: number) => row % 5 === 0 || (row > 4000 && row < 9000)
  const expected = Array.from({ length: rows }, (_, row) => row).filter(isIn)
  const set = setOf(rows, isIn)
  expect(set.total).toBe(expected.length)
  for (const offset of [0, 1, 799, 800, 5000, expected.length - 3, expected.length, 2 * rows])
    expect(set.slice(offset, 60)).toEqual(expected.slice(offset, offset + 60))
  expect(new RowSet(new Uint8Array(0)).slice(0, 10)).toEqual([])
  expect(set.has(5)).toBe(true)
  expect(set.has(6)).toBe(false)
})
