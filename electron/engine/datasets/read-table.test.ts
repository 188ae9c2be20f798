import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Table } from '../../../shared/inference/table.ts'
import { placesWhere, readTable } from './read-table.ts'
import { createTableWriter } from './write-table.ts'

const rows = 300_000
let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-read-table-'))
  file = join(folder, 'data.parquet')
  const table: Table = {
    rows,
    columns: [
      {
        name: 'number',
        type: 'number',
        kind: 'numeric',
        values: Float64Array.from({ length: rows }, (_, row) => row / 2),
      },
      {
        ...{ name: 'place', type: 'text', kind: 'text', dictionary: ['a', 'b', 'c'] },
        codes: Int32Array.from({ length: rows }, (_, row) => (row % 4) - 1),
      },
    ],
  }
  const writer = await createTableWriter(file, table.columns)
  await writer.append(table)
  await writer.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('some rows are those of the whole, in the order asked for, one twice as often as it is asked for', async () => {
  const asked = Int32Array.of(299_999, 0, 122_880, 5, 0, 131_072)
  const [number, place] = (await readTable(file, { rows: asked })).columns
  expect(number).toMatchObject({ name: 'number', values: Float64Array.from(asked, row => row / 2) })
  const texts = place?.kind === 'text' ? Array.from(place.codes, code => place.dictionary[code] ?? null) : []
  expect(texts).toEqual(Array.from(asked, row => [null, 'a', 'b', 'c'][row % 4]))
  expect((await readTable(file, { rows: asked, columns: ['place'] })).columns).toHaveLength(1)
  expect((await readTable(file, { rows: new Int32Array() })).rows).toBe(0)
})

test('a whole table takes the memory of its cells and no more', async () => {
  const { columns } = await readTable(file)
  const bytes = columns.map(column => (column.kind === 'text' ? column.codes : column.values).buffer.byteLength)
  expect(bytes).toEqual([8 * rows, 4 * rows])
})

test('rows that fulfil conditions are told by their places, ascending', async () => {
  const columns = [
    { name: 'number', type: 'number' as const },
    { name: 'place', type: 'text' as const },
  ]
  const places = await placesWhere(file, columns, [
    { column: 'number', operator: 'at-least', value: '149990' },
    { column: 'place', operator: 'equals', value: 'b' },
  ])
  expect([...places]).toEqual([299_982, 299_986, 299_990, 299_994, 299_998])
  expect(await placesWhere(file, columns, [{ column: 'place', operator: 'missing' }])).toHaveLength(rows / 4)
  await expect(placesWhere(file, columns, [{ column: 'gone', operator: 'missing' }])).rejects.toThrow('gone')
})
