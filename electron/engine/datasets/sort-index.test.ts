import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RowMarks, type RowSet } from './row-set.ts'
import { SortIndex, sectionRows } from './sort-index.ts'
import { SortIndexWriter } from './sort-index-writer.ts'
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
async function indexOf(values: (number | null)[], texts: string[] = []): Promise<SortIndex> {
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
  writer.keepTexts('other', ['x'.repeat(2 ** 22)])
  if (texts.length > 0) writer.keepTexts('own', texts)
  await writer.close()
  expect(writer.texts[0]).toBeNull()
  expect(writer.columns).toEqual(['other', 'own'])
  const present = values.filter(value => value !== null).length
  return new SortIndex({ file, column: 1, columns: 2, rows: values.length, present, texts: writer.texts[1] ?? null })
}

function setOf(rows: number, isIn: (row: number) => boolean): RowSet {
  const marks = new RowMarks(rows)
  marks.flip(Uint32Array.from(Array.from({ length: rows }, (_, row) => row).filter(isIn)))
  return marks.toSet()
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
  const filters: ((row: number) => boolean)[] = [
    row => row % 7 < 2 && (row < 6000 || row > 9000),
    row => row % 3001 === 17,
    row => row === rows - 1,
    () => false,
    () => true,
  ]
  for (const isDescending of [false, true]) {
    const sign = isDescending ? -1 : 1
    const sorted = [...values.keys()].sort((a, b) => {
      const [left, right] = [values[a]!, values[b]!]
      if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b
      return sign * (left - right) || a - b
    })
    for (const isIn of filters) {
      const set = setOf(values.length, isIn)
      const kept = sorted.filter(isIn)
      for (const offset of [4321, 0, 49, 8192, kept.length - 10, kept.length, rows - 20, rows]) {
        if (offset < 0) continue
        expect(index.slice(isDescending, null, offset, 50)).toEqual(sorted.slice(offset, offset + 50))
        expect(index.slice(isDescending, set, offset, 50)).toEqual(kept.slice(offset, offset + 50))
      }
    }
  }
  index.close()
})

test('where a value stands is told to within a few places', async () => {
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
  expect(() => new SortIndex({ file, column: 1, columns: 2, rows, present: rows, texts: null })).toThrow(/cut short/)
})

test('every row tells the section of the order that it stands in', async () => {
  const index = await indexOf(drawn(rows, 5000).map(value => (value > 4900 ? null : value)))
  const places = new Uint32Array(rows)
  for (const [place, row] of index.rowsAt([0, rows]).entries()) places[row] = place
  const sections = [...new Uint8Array(index.sectionsOf(64, rows - 64).slice().buffer)]
  expect(sections).toEqual([...places.subarray(64)].map(place => Math.floor(place / sectionRows(rows))))
  expect(Math.max(...sections)).toBe(127)
  index.close()
})

test('different texts are kept whatever they hold, and each has the places of its rows', async () => {
  const texts = ['', '"', '\n\u0000', 'Ä', '😀']
  const codes = drawn(rows, 6).map(code => (code === 5 ? null : code))
  const index = await indexOf(codes, texts)
  expect(JSON.parse(index.texts())).toEqual(texts)
  for (const wanted of [[], [0], [4], [1, 2], [0, 3, 4], [0, 1, 2, 3, 4]]) {
    const found = index.placesOf(wanted).flatMap(range => [...index.rowsAt(range)])
    const expected = wanted.flatMap(code => [...codes.keys()].filter(row => codes[row] === code))
    expect(found).toEqual(expected)
  }
  expect(index.placesOf([1, 2])).toHaveLength(1)
  index.close()
})
