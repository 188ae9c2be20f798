import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTableWriter, scanFile } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-scan-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('scanFile streams rows of the wanted types and names what is lacking or does not fit', async () => {
  const file = join(folder, 'new.csv')
  await writeFile(file, `zip,mass,extra\n${Array.from({ length: 5000 }, (_, i) => `0${i},${i / 2},x`).join('\n')}\n`)
  const columns = [
    { name: 'mass', type: 'integer' as const },
    { name: 'zip', type: 'text' as const },
  ]
  let rows = 0
  for await (const table of scanFile(file, { columns, batchRows: 2048 })) {
    rows += table.rows
    expect(table.columns.map(column => column.name)).toEqual(['mass', 'zip'])
  }
  expect(rows).toBe(5000)
  const lacking = scanFile(file, { columns: [{ name: 'masss', type: 'number' }], batchRows: 10 })
  await expect(lacking.next()).rejects.toMatchObject({
    message: expect.stringContaining('"masss"'),
    mend: expect.stringContaining('"mass"'),
  })
  await writeFile(file, 'mass\n1\nheavy\n')
  const misfit = scanFile(file, { columns: [{ name: 'mass', type: 'number' }], batchRows: 10 })
  await expect(misfit.next()).rejects.toMatchObject({
    message: expect.stringContaining('row 3 of column "mass" is "heavy"'),
  })
})

test('a file is scanned as it is said to be read, and its header looked for as an import does', async () => {
  const file = join(folder, 'report.csv')
  await writeFile(file, 'Report\n\nmass;mass;zip\n1,5;2;007\n')
  const columns = [
    { name: 'mass_1', type: 'integer' as const },
    { name: 'zip', type: 'text' as const },
  ]
  for (const skip of [undefined, 2]) {
    for await (const table of scanFile(file, { columns, options: { numberRepeated: true, skip }, batchRows: 10 })) {
      expect(table.columns).toMatchObject([{ values: Float64Array.of(2) }, { dictionary: ['007'] }])
    }
  }
  await expect(scanFile(file, { columns, options: { skip: 2 }, batchRows: 10 }).next()).rejects.toMatchObject({
    details: { repeated: [1, 2] },
  })
})

test('very many columns are read some at a time: all of them, in the order of the rows, batch by batch', async () => {
  const file = join(folder, 'wide.csv')
  const names = Array.from({ length: 1100 }, (_, i) => (i === 7 ? 'rowid' : `x${i}`))
  const cell = (row: number, i: number) => (i % 500 === 3 ? (row % 4 ? `t${row}` : '') : (row * 7 + i) / 4)
  const lines = Array.from({ length: 25 }, (_, row) => names.map((_, i) => cell(row, i)).join(','))
  await writeFile(file, `${names.join(',')}\n${lines.join('\n')}\n`)
  const columns = names
    .map((name, i) => ({ name, type: i % 500 === 3 ? ('text' as const) : ('number' as const) }))
    .reverse()
  const sizes: number[] = []
  const seen = new Map<string, unknown[]>(names.map(name => [name, []]))
  for await (const table of scanFile(file, { columns, batchRows: 10 })) {
    sizes.push(table.rows)
    expect(table.columns.map(({ name }) => name)).toEqual(columns.map(({ name }) => name))
    for (const column of table.columns) {
      if (column.kind === 'numeric') seen.get(column.name)!.push(...column.values)
      else seen.get(column.name)!.push(...Array.from(column.codes, code => (code < 0 ? '' : column.dictionary[code])))
    }
  }
  expect(sizes).toEqual([10, 10, 5])
  for (const [i, name] of names.entries()) expect(seen.get(name)).toEqual(lines.map((_, row) => cell(row, i)))
}, 300_000)

test.each(['out.csv', 'out.parquet'])(
  'what is written as %s is read back, and an aborted file is not there',
  async name => {
    const file = join(folder, name)
    const columns = [
      { name: 'value "x"', type: 'number' as const },
      { name: 'label', type: 'text' as const },
    ]
    const writer = await createTableWriter(file, columns)
    await writer.append({
      rows: 3,
      columns: [
        { name: 'value "x"', type: 'number', kind: 'numeric', values: Float64Array.of(0.1, Number.NaN, -3e300) },
        {
          name: 'label',
          type: 'text',
          kind: 'text',
          codes: Int32Array.of(0, -1, 1),
          dictionary: ['a,"b"', 'line\nbreak'],
        },
      ],
    })
    await writer.close()
    for await (const table of scanFile(file, { columns, batchRows: 10 })) {
      expect(table.columns[0]).toMatchObject({ values: Float64Array.of(0.1, Number.NaN, -3e300) })
      expect(table.columns[1]).toMatchObject({ codes: Int32Array.of(0, -1, 1), dictionary: ['a,"b"', 'line\nbreak'] })
    }
    const aborted = await createTableWriter(join(folder, `aborted-${name}`), columns)
    await aborted.abort()
    expect((await readdir(folder)).filter(each => each.includes('aborted') || each.includes('.part'))).toEqual([])
  },
)

test('a Parquet file takes values of every type, and more rows than are handed over at once', async () => {
  const rows = 5000
  const missing = (row: number) => row % 7 === 3
  const numbers = (value: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => (missing(row) ? Number.NaN : value(row)))
  const day = 86_400_000
  const columns = [
    { name: 'count', type: 'integer' as const, values: numbers(row => row * 1e9 - 5) },
    { name: 'is new', type: 'boolean' as const, values: numbers(row => row % 2) },
    { name: 'day', type: 'date' as const, values: numbers(row => (row - 2500) * day) },
    { name: 'time', type: 'datetime' as const, values: numbers(row => (row - 2500) * 86_400_123) },
  ].map(column => ({ ...column, kind: 'numeric' as const }))
  const file = join(folder, 'types.parquet')
  const writer = await createTableWriter(file, columns)
  await writer.append({ rows, columns })
  await writer.close()
  for await (const table of scanFile(file, { columns, batchRows: rows })) {
    for (const [at, column] of table.columns.entries()) expect(column).toMatchObject({ values: columns[at]!.values })
  }
})
