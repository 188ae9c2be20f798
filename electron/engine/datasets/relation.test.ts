import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import { createTableWriter } from './index.ts'
import { QueryClient } from './query-client.ts'

let folder: string
let file: string
let client: QueryClient
const rows = 400
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-relation-'))
  file = join(folder, 'rows.parquet')
  const columns: { name: string; type: ColumnType }[] = [
    { name: 'x', type: 'number' },
    { name: 'kind', type: 'text' },
    { name: 'bought', type: 'text' },
    { name: 'price', type: 'number' },
  ]
  const x = Float64Array.from({ length: rows }, (_, i) => (i % 40 === 0 ? Number.NaN : i))
  const writer = await createTableWriter(file, columns)
  await writer.append({
    rows,
    columns: [
      { name: 'x', type: 'number', kind: 'numeric', values: x },
      {
        name: 'kind',
        type: 'text',
        kind: 'text',
        codes: Int32Array.from(x, (_, i) => i % 3),
        dictionary: ['a', "b'", 'c'],
      },
      {
        name: 'bought',
        type: 'text',
        kind: 'text',
        codes: Int32Array.from(x, (_, i) => Number(i >= 200)),
        dictionary: ['no', 'yes'],
      },
      { name: 'price', type: 'number', kind: 'numeric', values: Float64Array.from(x, (_, i) => (i % 3) * 10) },
    ],
  })
  await writer.close()
  client = new QueryClient(join(folder, 'tmp'))
})
afterAll(async () => {
  client.close()
  await rm(folder, { recursive: true })
})

const x = { name: 'x', type: 'number' as const, distinct: 390 }
const kind = { name: 'kind', type: 'text' as const, distinct: 3 }
const bought = { name: 'bought', type: 'text' as const, distinct: 2 }
const price = { name: 'price', type: 'number' as const, distinct: 30 }

test('twentieths of a number against classes, missing values apart', async () => {
  const { classes, groups, isSample } = await client.ask('relation', { file, column: x, target: bought, rows })
  expect({ classes, isSample }).toEqual({ classes: ['no', 'yes'], isSample: false })
  expect(groups).toHaveLength(21)
  expect(groups.at(-1)).toEqual({ label: null, low: null, high: null, rows: 10, mean: null, counts: [5, 5] })
  expect(groups[0]!.counts[1]).toBe(0)
  expect(groups[19]!.counts[0]).toBe(0)
  expect(groups.reduce((sum, each) => sum + each.rows, 0)).toBe(rows)
  expect(groups[0]!.low).toBe(1)
  expect(groups[19]!.high).toBe(399)
})

test('values of a column of few against the mean of a number', async () => {
  const { classes, groups } = await client.ask('relation', { file, column: kind, target: price, rows })
  expect(classes).toEqual([])
  expect(groups.map(({ label, rows: count, mean }) => [label, count, mean])).toEqual([
    ['a', 134, 0],
    ["b'", 133, 10],
    ['c', 133, 20],
  ])
})
