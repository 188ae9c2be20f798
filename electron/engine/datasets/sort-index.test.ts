import { expect, test } from 'vitest'
import { RowSet } from './row-set.ts'
import { SortIndex } from './sort-index.ts'

/** Small numbers drawn by a seeded generator. */
function drawn(count: number, below: number): number[] {
  let state = 7
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  })
}

function indexOf(values: (number | null)[]): SortIndex {
  const steps = SortIndex.build({
    low: Uint32Array.from(values, value => (value ?? 0) % 2 ** 32),
    high: Uint32Array.from(values, value => (value ?? 0) / 2 ** 32),
    isMissing: Uint8Array.from(values, value => Number(value === null)),
  })
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
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
])('pages of a column with %s are those of a stable sort, both ways, with and without a filter', (_, values) => {
  const index = indexOf(values)
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
