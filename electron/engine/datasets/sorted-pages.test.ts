import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RowFilter } from '../../../shared/model/dataset.ts'
import { Checkpoint, type DomainContext } from '../jobs/index.ts'
import { openRegistry } from '../registry/index.ts'
import type { UploadService } from '../uploads/index.ts'
import { type ImportOutput, importFile, parquetName, sortIndexName } from './import-job.ts'
import { createDatasets, createTableWriter } from './index.ts'
import { QueryClient } from './query-client.ts'
import { rowView } from './row-view.ts'

/** Just enough for sort indexes. */
const rows = 200_000
const odd = [Number.NaN, Number.NEGATIVE_INFINITY, -0, 0, -1e-300, 1e300, Number.POSITIVE_INFINITY]
const row = (i: number) => (i * 7919) % 101_021
const values = {
  number: (i: number) => (row(i) < 7 ? odd[row(i)]! : (row(i) - 500) / 7),
  integer: (i: number) => (row(i) < 9 ? Number.NaN : (row(i) - 500) * 2 ** 30),
  boolean: (i: number) => row(i) % 2,
  date: (i: number) => ((row(i) % 5000) - 500) * 86_400_000,
  datetime: (i: number) => (row(i) - 500) * 12_345_678,
  huge: (i: number) => (row(i) + 2) * 2 ** 45,
}
const columns = Object.keys(values).map(name => ({
  name,
  type: name === 'huge' ? ('integer' as const) : (name as Exclude<keyof typeof values, 'huge'>),
}))
const cities = [
  'Ulm',
  'Köln',
  'ulm',
  '',
  'Ötigheim',
  '😀',
  '10',
  '9',
  'İzmir',
  'ΟΔΟΣ',
  'say "\\"\n\t',
  "O'Fallon; DROP",
]
const texts = {
  city: cities,
  name: Array.from({ length: rows }, (_, i) => `n${row(i)} ${i}`),
  /** More than are kept. */
  pair: Array.from({ length: rows / 2 }, (_, i) => `p${row(i)}`),
}
/** Some are missing. */
const codeOf = {
  city: (i: number) => (row(i) % (cities.length + 1)) - 1,
  name: (i: number) => i,
  pair: (i: number) => (i % 97 === 0 ? -1 : (i * 3) % (rows / 2)),
}
const all = [...columns, ...Object.keys(texts).map(name => ({ name, type: 'text' as const }))]

let folder: string
let output: ImportOutput
let client: QueryClient
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-sorted-'))
  for (const name of ['out', 'tmp']) await mkdir(join(folder, name))
  const file = join(folder, 'types.parquet')
  const writer = await createTableWriter(file, all)
  await writer.append({
    rows,
    columns: [
      ...columns.map(({ name, type }) => ({
        ...{ name, type, kind: 'numeric' as const },
        values: Float64Array.from({ length: rows }, (_, i) => values[name as keyof typeof values](i)),
      })),
      ...Object.entries(texts).map(([name, dictionary]) => ({
        ...{ name, type: 'text' as const, kind: 'text' as const, dictionary },
        codes: Int32Array.from({ length: rows }, (_, i) => codeOf[name as keyof typeof texts](i)),
      })),
    ],
  })
  await writer.close()
  output = await importFile(
    { file, fileName: 'types.parquet', name: 'types', target: null, options: {}, upload: null },
    {
      ...{ folder, outFolder: join(folder, 'out'), temporaryFolder: join(folder, 'tmp') },
      ...{ signal: new AbortController().signal, finish: new AbortController().signal },
      checkpoint: new Checkpoint(folder),
      ...{ progress() {}, log() {}, metric() {}, record() {} },
      secret: async () => null,
      unbroken: work => work(),
      within: (_milliseconds, _late, work) => work(),
    },
  )
  client = new QueryClient(join(folder, 'query'))
}, 120_000)
afterAll(async () => {
  client.close()
  await rm(folder, { recursive: true })
})

test('an import keeps the order of the columns that doubles, or few texts, stand for', () => {
  expect(output.sortIndex?.columns).toEqual(['number', 'integer', 'boolean', 'date', 'datetime', 'city', 'pair'])
  expect(output.sortIndex?.texts?.map(kept => kept !== null)).toEqual([
    ...Array.from({ length: 5 }, () => false),
    true,
    false,
  ])
})

type Order = { column: string; isDescending: boolean } | null

async function places(where: RowFilter[], order: Order, offset: number, indexes: string | null) {
  const file = join(folder, 'out', parquetName)
  const view = rowView(file, all, { where, order, repeated: false }, name => {
    const column = output.sortIndex!.columns.indexOf(name)
    if (indexes === null || column < 0) return null
    const { missing } = output.columns.find(each => each.name === name)!
    return {
      file: join(folder, 'out', indexes),
      column,
      columns: output.sortIndex!.columns.length,
      rows,
      present: rows - missing,
      texts: output.sortIndex!.texts![column]!,
    }
  })
  const answer = await client.ask('rows', { file, offset, limit: 1000, columns: ['city'], view })
  return { places: answer.places, total: answer.total }
}

test.each(['number', 'integer', 'boolean', 'date', 'datetime', 'city', 'pair'])(
  'pages by a column of type %s are those that DuckDB sorts, both ways, all rows or some',
  async column => {
    const some: RowFilter[] = [{ column: 'number', operator: 'less', value: '5000' }]
    for (const where of [[], some]) {
      for (const isDescending of [false, true]) {
        for (const offset of [0, 30_000, 99_990, rows - 1000]) {
          const byIndex = await places(where, { column, isDescending }, offset, sortIndexName)
          expect(byIndex, `${isDescending} ${offset}`).toEqual(
            await places(where, { column, isDescending }, offset, null),
          )
        }
      }
    }
  },
  60_000,
)

const written: Record<string, string[]> = {
  number: ['-Infinity', '-0', '1e300', '7', '7000.5'],
  integer: ['0', '1073741824', '1.5', '1e300'],
  boolean: ['true', 'false'],
  date: ['1970-01-01', '1982-04-01', '1975-06-01T12:00', '2100-01-01'],
  datetime: ['1970-01-01', '1970-01-01T03:25:45.780', '2100-01-01'],
  city: ['', 'Ulm', '😀', 'Ä', 'zzz'],
  pair: ['', 'p31', 'p5000', 'q'],
}
/** Of texts, whatever their case. */
const parts = ['LM', 'i', 'i̇', 'οδος', 'σ', '"', '\n', '1', '', 'no text has this']
const compared = ['equals', 'not-equals', 'less', 'at-most', 'greater', 'at-least'] as const

test.each(Object.keys(written))(
  'filters by a column of type %s are those of DuckDB, in the order of the file and of the column',
  async column => {
    const filters: RowFilter[] = [
      ...compared.flatMap(operator => written[column]!.map(value => ({ column, operator, value }))),
      ...(column === 'city' ? parts.map((value): RowFilter => ({ column, operator: 'contains', value })) : []),
      ...(column === 'city' ? [{ column, operator: 'no-number' } as const] : []),
      { column, operator: 'missing' },
      { column, operator: 'present' },
    ]
    for (const [i, filter] of filters.entries()) {
      const order = [null, { column, isDescending: false }, { column, isDescending: true }][i % 3]!
      for (const offset of [0, 40_000, rows - 500, rows]) {
        expect(await places([filter], order, offset, sortIndexName), JSON.stringify([filter, order])).toEqual(
          await places([filter], order, offset, null),
        )
      }
    }
    // Told by the order alone.
    await expect(places([filters.at(-1)!], null, 0, 'lost.index')).rejects.toThrow(/lost\.index/)
  },
  120_000,
)

test("any filters together, of indexed columns and others, give DuckDB's pages in any order", async () => {
  let state = 11
  const draw = <Value>(from: readonly Value[]): Value => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return from[Math.floor((state / 2 ** 31) * from.length)]!
  }
  const others: RowFilter[] = [
    { column: 'name', operator: 'contains', value: 'N1' },
    { column: 'city', operator: 'contains', value: 'LM' },
    { column: 'pair', operator: 'contains', value: '77' },
    { column: 'huge', operator: 'at-least', value: '1e18' },
    { column: 'number', operator: 'infinite' },
    { column: 'city', operator: 'no-number' },
  ]
  for (let i = 0; i < 25; i += 1) {
    const where = Array.from({ length: draw([1, 2, 3]) }, (): RowFilter => {
      const column = draw(Object.keys(written))
      return draw([0, 1, 2]) === 0 ? draw(others) : { column, operator: draw(compared), value: draw(written[column]!) }
    })
    const order = draw([null, { column: draw(Object.keys(written)), isDescending: draw([true, false]) }])
    const { total } = await places(where, order, 0, null)
    // Far pages are asked for before and after the first, which begins to work out the rest; the last one, and one behind it.
    for (const offset of [draw([0, 500, 20_000, 150_000]), 0, Math.max(0, total! - 7), total!]) {
      expect(await places(where, order, offset, sortIndexName), JSON.stringify([where, order, offset])).toEqual(
        await places(where, order, offset, null),
      )
    }
  }
}, 120_000)

test('a version with an index of versions before has one of today after the same file is imported again, and its pages stay the same', async () => {
  const registry = await openRegistry(join(folder, 'workspace'), { nowMs: 0 })
  const context = { registry, jobs: {}, events: { publish() {} }, clock: () => 0 } as unknown as DomainContext
  const datasets = createDatasets(context, { uploads: {} as UploadService })
  try {
    const handler = datasets.handlers[0]!
    const job = { input: { name: 'types', upload: null }, outFolder: join(folder, 'out') } as never
    await handler.adopt?.({ ...output, sortIndex: null }, job)
    // A file that is none of today's, and is not read as such.
    const older = { ...output, sortIndex: { sha256: output.sha256, columns: output.sortIndex!.columns } }
    expect(handler.commit(older, job)).toMatchObject({ version: 1 })
    expect(datasets.resolve('types').sortIndex).toEqual(older.sortIndex)
    const page = async () =>
      datasets.operations.rows(
        {
          ...{
            dataset: 'types',
            offset: 70_000,
            limit: 100,
            columns: ['number'],
            where: [],
            repeated: false,
            among: [],
          },
          order: { column: 'number', isDescending: true },
        },
        {} as never,
      )
    const before = await page()
    await handler.adopt?.(output, job)
    expect(handler.commit(output, job)).toMatchObject({ version: 1 })
    expect(datasets.resolve('types').sortIndex).toEqual(output.sortIndex)
    expect(await page()).toEqual(before)
    // A workspace that lost the file goes on without it.
    await rm(registry.store.pathOf(output.sortIndex!.sha256))
    expect(await page()).toEqual(before)
  } finally {
    datasets.close()
    registry.close()
  }
}, 60_000)
