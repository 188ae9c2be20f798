import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RowFilter } from '../../../shared/model/dataset.ts'
import { createTableWriter } from './index.ts'
import { QueryClient } from './query-client.ts'
import { rowView } from './row-view.ts'

const columns = [
  { name: 'amount "€"', type: 'number' as const },
  { name: 'city', type: 'text' as const },
  { name: 'day', type: 'date' as const },
  { name: 'paid', type: 'boolean' as const },
]
const day = Date.UTC(2026, 0, 1)
const rows: [number, string | null, number, number][] = [
  [3, 'Ulm', day, 1],
  [Number.NaN, 'Köln', day + 86_400_000, 0],
  [1, "O'Fallon; DROP", day, 1],
  [3, 'Ulm', day, 1],
  [Number.POSITIVE_INFINITY, null, day, 0],
  [-2, '17', day, 1],
]
let folder: string
let file: string
let client: QueryClient
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-view-'))
  file = join(folder, 'rows.parquet')
  const writer = await createTableWriter(file, columns)
  const cities = rows.map(([, city]) => city)
  const dictionary = [...new Set(cities.filter(city => city !== null))]
  const codes = Int32Array.from(cities, city => (city === null ? -1 : dictionary.indexOf(city)))
  const numbers = (i: 0 | 2 | 3) => Float64Array.from(rows, row => row[i])
  await writer.append({
    rows: rows.length,
    columns: [
      { name: columns[0]!.name, type: 'number', kind: 'numeric', values: numbers(0) },
      { name: 'city', type: 'text', kind: 'text', codes, dictionary },
      { name: 'day', type: 'date', kind: 'numeric', values: numbers(2) },
      { name: 'paid', type: 'boolean', kind: 'numeric', values: numbers(3) },
    ],
  })
  await writer.close()
  client = new QueryClient(join(folder, 'tmp'))
})
afterAll(async () => {
  client.close()
  await rm(folder, { recursive: true })
})

async function places(
  where: RowFilter[],
  order: { column: string; isDescending: boolean } | null = null,
  repeated = false,
  among: number[] = [],
) {
  const view = rowView(file, columns, { where, order, repeated, among })
  const answer = await client.ask('rows', { file, offset: 0, limit: 100, columns: null, view })
  expect(answer.rows).toHaveLength(answer.places.length)
  expect(answer.total ?? rows.length).toBe(answer.places.length)
  return answer.places
}

test('rows as they lie, and sorted with missing values last and equal ones in the order of the file', async () => {
  const column = 'amount "€"'
  expect(await places([])).toEqual([0, 1, 2, 3, 4, 5])
  expect(await places([], { column, isDescending: false })).toEqual([5, 2, 0, 3, 4, 1])
  expect(await places([], { column, isDescending: true })).toEqual([4, 0, 3, 2, 5, 1])
})

test.each<[string, RowFilter, number[]]>([
  ['a number', { column: 'amount "€"', operator: 'at-least', value: '3' }, [0, 3, 4]],
  ['a number beyond all integers', { column: 'amount "€"', operator: 'less', value: '-1e300' }, []],
  ['a text with a quote', { column: 'city', operator: 'equals', value: "O'Fallon; DROP" }, [2]],
  ['a part of a text, whatever the case', { column: 'city', operator: 'contains', value: 'ulm' }, [0, 3]],
  ['what differs counts the missing', { column: 'city', operator: 'not-equals', value: 'Ulm' }, [1, 2, 4, 5]],
  ['missing', { column: 'city', operator: 'missing' }, [4]],
  ['present', { column: 'amount "€"', operator: 'present' }, [0, 2, 3, 4, 5]],
  ['infinite', { column: 'amount "€"', operator: 'infinite' }, [4]],
  ['no number', { column: 'city', operator: 'no-number' }, [0, 1, 2, 3]],
  ['a day', { column: 'day', operator: 'greater', value: '2026-01-01' }, [1]],
  ['true', { column: 'paid', operator: 'equals', value: 'true' }, [0, 2, 3, 5]],
])('filtered by %s', async (_, filter, expected) => {
  expect(await places([filter])).toEqual(expected)
})

test('filters hold together; repeated rows stand side by side', async () => {
  expect(
    await places([
      { column: 'amount "€"', operator: 'at-least', value: '3' },
      { column: 'city', operator: 'present' },
    ]),
  ).toEqual([0, 3])
  expect(await places([], null, true)).toEqual([0, 3])
  const view = rowView(file, columns, { where: [], order: { column: 'city', isDescending: false }, repeated: false })
  const page = await client.ask('rows', { file, offset: 1, limit: 2, columns: ['city', 'paid'], view })
  expect(page).toEqual({
    places: [1, 2],
    rows: [
      ['Köln', false],
      ["O'Fallon; DROP", true],
    ],
    total: 6,
  })
})

test('named rows alone, as they lie or sorted; those that are not there are left out', async () => {
  expect(await places([], null, false, [4, 1, 99])).toEqual([1, 4])
  expect(await places([], { column: 'amount "€"', isDescending: true }, false, [1, 2, 4])).toEqual([4, 2, 1])
  expect(await places([{ column: 'city', operator: 'equals', value: 'Ulm' }], null, false, [1, 3])).toEqual([3])
  expect(await places([], null, true, [3, 4])).toEqual([3])
})

test('a value that does not fit its column, or a column that is not there, is refused by name', () => {
  const view = (filter: RowFilter) => () => rowView(file, columns, { where: [filter], order: null, repeated: false })
  expect(view({ column: 'day', operator: 'less', value: 'yesterday' })).toThrow(/"yesterday" is no day/)
  expect(view({ column: 'amount "€"', operator: 'less', value: '' })).toThrow(/is no number/)
  expect(view({ column: 'town', operator: 'present' })).toThrow(/no column "town"/)
})

test('an aborted question ends alone: others under way are answered by the next process', async () => {
  const abort = new AbortController()
  const ask = (signal?: AbortSignal) =>
    client.ask('rows', { file, offset: 0, limit: 1, columns: ['city'], view: null }, signal)
  const dropped = ask(abort.signal)
  const others = [ask(), ask()]
  abort.abort()
  await expect(dropped).rejects.toMatchObject({ code: 'cancelled' })
  for (const answer of await Promise.all(others)) expect(answer.rows).toEqual([['Ulm']])
})

test('the first page of a long view comes before all is sorted, and pages behind it go on in the same order', async () => {
  const long = join(folder, 'long.parquet')
  const column = { name: 'x', type: 'number' as const }
  const values = Float64Array.from({ length: 3000 }, (_, i) => (i * 7919) % 100)
  const writer = await createTableWriter(long, [column])
  await writer.append({ rows: 3000, columns: [{ ...column, kind: 'numeric', values }] })
  await writer.close()
  const where: RowFilter[] = [{ column: 'x', operator: 'at-least', value: '10' }]
  for (const order of [null, { column: 'x', isDescending: true }]) {
    const inFile = [...values.keys()].filter(i => values[i]! >= 10)
    const expected = order ? inFile.toSorted((a, b) => values[b]! - values[a]! || a - b) : inFile
    const view = rowView(long, [column], { where, order, repeated: false })
    for (const offset of [0, 950, 990, 1000, 2690, 5000]) {
      const answer = await client.ask('rows', { file: long, offset, limit: 50, columns: null, view })
      expect(answer.places).toEqual(expected.slice(offset, offset + 50))
      expect(answer.rows).toEqual(answer.places.map(place => [values[place]]))
      expect(answer.total).toBe(2700)
    }
  }
})

test('a page of more columns than are asked for at once has all of them, in the order asked for', async () => {
  const wide = join(folder, 'wide.parquet')
  const made = Array.from({ length: 1100 }, (_, i) => ({ name: `x${i}`, type: 'number' as const }))
  const writer = await createTableWriter(wide, made)
  await writer.append({
    rows: 4,
    columns: made.map((column, i) => ({
      ...column,
      kind: 'numeric',
      values: Float64Array.of(i, i + 0.25, i + 0.5, i),
    })),
  })
  await writer.close()
  const names = made.map(({ name }) => name).reverse()
  const asked = { file: wide, offset: 1, limit: 2, columns: names }
  const asTheyLie = await client.ask('rows', { ...asked, view: null })
  expect(asTheyLie.places).toEqual([1, 2])
  expect(asTheyLie.rows[0]).toEqual(names.map(name => Number(name.slice(1)) + 0.25))
  const view = rowView(wide, made, { where: [], order: { column: 'x7', isDescending: true }, repeated: false })
  const sorted = await client.ask('rows', { ...asked, offset: 0, view })
  expect(sorted.places).toEqual([2, 1])
  expect(sorted.rows).toEqual([asTheyLie.rows[1], asTheyLie.rows[0]])
})
