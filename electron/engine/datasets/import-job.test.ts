import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ReadOptions } from '../../../shared/model/dataset.ts'
import { Checkpoint, type JobContext } from '../jobs/index.ts'
import { type ImportOutput, importFile } from './import-job.ts'
import { readTable } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-import-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function context(): Promise<JobContext> {
  const own = await mkdtemp(join(folder, 'job-'))
  for (const name of ['out', 'tmp']) await mkdir(join(own, name))
  return {
    ...{ folder: own, outFolder: join(own, 'out'), temporaryFolder: join(own, 'tmp') },
    signal: new AbortController().signal,
    finish: new AbortController().signal,
    checkpoint: new Checkpoint(folder),
    ...{ progress() {}, log() {}, metric() {}, record() {} },
    secret: async () => null,
    unbroken: work => work(),
    within: (_milliseconds, _late, work) => work(),
  }
}

async function read(
  content: string | Buffer,
  options: ReadOptions = {},
  fileName = 'data.csv',
  target: string | null = null,
): Promise<ImportOutput & { parquet: string }> {
  const file = join(folder, fileName)
  await writeFile(file, content)
  const own = await context()
  const output = await importFile({ file, fileName, name: 'data', target, options, upload: null }, own)
  return { ...output, parquet: join(own.outFolder, 'data.parquet') }
}

const types = (output: ImportOutput) => Object.fromEntries(output.columns.map(column => [column.name, column.type]))

test('types are told over all rows; 00123 stays text; missing marks are missing', async () => {
  const output = await read(
    'code,amount,count,flag,day,when,note,odd\n00123,1.5,1,true,2026-01-31,2026-01-31T10:00,a,1\n00456,NA,2,false,2026-02-28,2026-02-28 11:30:15,,2\n01000,-2e3,3,TRUE,2026-03-01,2026-03-01T00:00,c,x\n',
  )
  const first = { code: 'text', amount: 'number', count: 'integer', flag: 'boolean' }
  expect(types(output)).toEqual({ ...first, day: 'date', when: 'datetime', note: 'text', odd: 'text' })
  expect(output.rows).toBe(3)
  const amount = output.columns.find(column => column.name === 'amount')!
  expect(amount).toMatchObject({ missing: 1, min: -2000, max: 1.5, distinct: 2 })
  expect(amount.histogram!.counts.reduce((sum, count) => sum + count, 0)).toBe(2)
  const table = await readTable(output.parquet)
  expect(
    table.columns.map(column =>
      column.kind === 'text' ? [...column.codes].map(code => column.dictionary[code] ?? null) : [...column.values],
    ),
  ).toEqual([
    ['00123', '00456', '01000'],
    [1.5, Number.NaN, -2000],
    [1, 2, 3],
    [1, 0, 1],
    [Date.UTC(2026, 0, 31), Date.UTC(2026, 1, 28), Date.UTC(2026, 2, 1)],
    [Date.UTC(2026, 0, 31, 10), Date.UTC(2026, 1, 28, 11, 30, 15), Date.UTC(2026, 2, 1)],
    ['a', null, 'c'],
    ['1', '2', 'x'],
  ])
})

test('a semicolon file with decimal commas in Latin-1 is read as what it is', async () => {
  const output = await read(Buffer.from('Größe;Preis;Menge\n"klein; fein";1.234,50;3\ngroß;0,75;4\n', 'latin1'))
  expect(output.readOptions).toMatchObject({ delimiter: ';', decimal: ',', encoding: 'windows-1252' })
  expect(types(output)).toEqual({ Größe: 'text', Preis: 'number', Menge: 'integer' })
  expect(output.columns[1]).toMatchObject({ min: 0.75, max: 1234.5 })
  expect(output.columns[0]!.top.map(({ value }) => value).sort()).toEqual(['groß', 'klein; fein'])
})

test('UTF-16, a byte order mark, tabs and no header are read; what is said overrides what is sniffed', async () => {
  const utf16 = await read(Buffer.from('\uFEFFa\tb\n1\tx\n', 'utf16le'), {}, 'data.tsv')
  expect(types(utf16)).toEqual({ a: 'integer', b: 'text' })
  const marked = await read('\uFEFFa,b\n1,2\n')
  expect(Object.keys(types(marked))).toEqual(['a', 'b'])
  const headless = await read('1,2\n3,4\n')
  expect(types(headless)).toEqual({ column_1: 'integer', column_2: 'integer' })
  const overridden = await read('a,b\n1,x\n2,y\n', { types: { a: 'text' }, missing: ['x'] })
  expect(types(overridden)).toEqual({ a: 'text', b: 'text' })
  expect(overridden.columns[1]!.missing).toBe(1)
})

test('Parquet and JSON lines keep their types', async () => {
  const { parquet } = await read('a,b\n1,x\n2,y\n')
  const own = await context()
  const again = await importFile(
    { file: parquet, fileName: 'data.parquet', name: 'data', target: null, options: {}, upload: null },
    own,
  )
  expect(types(again)).toEqual({ a: 'integer', b: 'text' })
  const lines = await read('{"a": 1.5, "b": {"c": 1}}\n{"a": null, "b": {"c": 2}}\n', {}, 'data.jsonl')
  expect(types(lines)).toEqual({ a: 'number', b: 'text' })
})

test('the same bytes give the same Parquet bytes', async () => {
  const text = `a,b\n${Array.from({ length: 5000 }, (_, i) => `${i},${i % 7}`).join('\n')}\n`
  expect((await read(text)).sha256).toBe((await read(text)).sha256)
})

test('warnings rest on evidence: ids, constants, empty columns, copies of the target, infinities, repeated rows', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `user${i},same,,${i % 2 ? 'yes' : 'no'},${i % 2 ? 'Y' : 'N'},${i === 3 ? 'inf' : i % 5},so it was ${i}`,
  )
  const output = await read(
    `id,constant,empty,target,copy,ratio,said\n${rows.join('\n')}\n${rows[0]}\n`,
    {},
    'data.csv',
    'target',
  )
  expect(output.warnings.map(({ kind, column }) => [kind, column])).toEqual(
    expect.arrayContaining([
      ['id-like', 'id'],
      ['constant', 'constant'],
      ['all-missing', 'empty'],
      ['target-copy', 'copy'],
      ['infinite-values', 'ratio'],
      ['duplicate-rows', null],
    ]),
  )
  expect(output.warnings).toHaveLength(6)
  const ids = [...rows, ...rows.slice(20)].map((row, i) => `${row.split(',')[0]},${i % 20}`)
  const { warnings } = await read(['id,value', ...ids].join('\n'))
  expect(warnings.map(each => each.kind)).toEqual(['id-like', 'duplicate-rows'])
})

test('values that spaces, or upper and lower case, alone tell apart are warned of, with their counts', async () => {
  const answers = [' yes', 'yes', 'Yes ', 'yes', 'no', 'nö']
  const output = await read(`said\n${answers.join('\n')}\n`, {}, 'data.csv', 'said')
  expect(output.warnings.filter(({ kind }) => kind === 'alike-values')).toEqual([
    {
      kind: 'alike-values',
      column: 'said',
      message:
        '"said" holds values that spaces or upper and lower case alone tell apart, and each counts as another: "yes" (2 rows), " yes" (1), "Yes " (1)',
      evidence: { yes: 2, ' yes': 1, 'Yes ': 1 },
    },
  ])
})

test('a header without a name for a column is told with the flag that there is', async () => {
  await expect(read('a,,b\n1,2,3\n', {}, 'data.csv', 'a')).rejects.toMatchObject({
    message: 'data.csv: the header has no name for column 2',
    mend: expect.stringContaining('--no-header'),
  })
})

test('names with quotes, emoji, SQL and markup are names like any other', async () => {
  const names = [`a "quoted" one`, '🙂', "x'); DROP TABLE data; --", '<script>alert(1)</script>', 'tab\there']
  const header = names.map(name => `"${name.replaceAll('"', '""')}"`).join(',')
  const output = await read(`${header}\n1,2,3,4,5\n6,7,8,9,10\n`)
  expect(output.columns.map(column => column.name)).toEqual(names)
  expect((await readTable(output.parquet, { columns: [names[2]!] })).columns[0]).toMatchObject({
    values: Float64Array.of(3, 8),
  })
})

test('whole numbers that a double cannot hold stay text, to the last digit', async () => {
  const output = await read('id,epoch\n9007199254740993,1700000000000000\n9007199254740995,1700000000000001\n')
  expect(types(output)).toEqual({ id: 'text', epoch: 'integer' })
  expect(output.columns[0]!.distinct).toBe(2)
})

test('a column that is numbers but for a mark, and a name with spaces around it, are told', async () => {
  const output = await read('mass , note\n1.5,a\n2,b\n3,c\nunknown,d\n')
  expect(output.warnings).toMatchObject([
    { kind: 'mixed-types', column: 'mass', evidence: { numbers: 3, others: 1, example: 'unknown' } },
    { kind: 'renamed-column', column: 'mass', evidence: { from: 'mass ' } },
    { kind: 'renamed-column', column: 'note', evidence: { from: ' note' } },
  ])
})

test('a value after the first rows still decides the type', async () => {
  const output = await read(`a,b,c\n${'1,2026-01-01,\n'.repeat(6000)}1.5,soon,7\n`)
  expect(types(output)).toEqual({ a: 'number', b: 'text', c: 'integer' })
})

test('numbers at the edge of what a double holds are profiled', async () => {
  const output = await read('a,b\n1e308,1e-320\n-1e308,2e-320\n1e308,3e-320\n')
  expect(output.columns[0]).toMatchObject({ type: 'number', min: -1e308, max: 1e308, infinite: 0 })
  expect(output.columns[1]).toMatchObject({ type: 'number', missing: 0, distinct: 3 })
})

test('days and times are read as people write them; what may be either of two days is left a text', async () => {
  const output = await read(
    [
      'us|eu|points|named|long|short|clock|either|old|version',
      '12/31/2025 1:05 PM|31.12.99|01.02.2026|Jan 1 2000|1 January 2026|31-Dec-25|31.12.2025 7:05|01/02/03|03-04-2026|1.2.10',
      '1/2/2026 11:00 AM|01.02.26|3.4.2026|May 12 2001|28 Feb 2026|01-Jan-26|1.1.2026 23:59:30|04/05/06|05-06-2026|1.3.11',
    ].join('\n'),
  )
  expect(types(output)).toEqual({
    ...{ us: 'datetime', eu: 'date', points: 'date', named: 'date', long: 'date', short: 'date', clock: 'datetime' },
    ...{ either: 'text', old: 'text', version: 'text' },
  })
  const { columns } = await readTable(output.parquet)
  const times = columns.flatMap(column => (column.kind === 'text' ? [] : [[...column.values]]))
  expect(times).toEqual([
    [Date.UTC(2025, 11, 31, 13, 5), Date.UTC(2026, 0, 2, 11)],
    [Date.UTC(1999, 11, 31), Date.UTC(2026, 1, 1)],
    [Date.UTC(2026, 1, 1), Date.UTC(2026, 3, 3)],
    [Date.UTC(2000, 0, 1), Date.UTC(2001, 4, 12)],
    [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 28)],
    [Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 1)],
    [Date.UTC(2025, 11, 31, 7, 5), Date.UTC(2026, 0, 1, 23, 59, 30)],
  ])
  const said = await read('either\n03/04/2026\n', { types: { either: 'date' } })
  expect(said.columns[0]).toMatchObject({ type: 'date', min: Date.UTC(2026, 3, 3) })
})

test('the unnamed first column of pandas and R is called index, and that is told; any other has to be named', async () => {
  const output = await read(',region,income\n1,N,35000\n2,S,7500\n')
  expect(types(output)).toEqual({ index: 'integer', region: 'text', income: 'integer' })
  expect(output.warnings).toMatchObject([{ kind: 'renamed-column', column: 'index', evidence: { from: '' } }])
  expect((await read(',0,1,2\n7,5,6,7\n')).columns.map(({ name }) => name)).toEqual(['index', '0', '1', '2'])
  await expect(read(',index,a\n1,2,3\n')).rejects.toMatchObject({ code: 'bad-file' })
})

test('a column that is called as the number of a row is in DuckDB has another name, and its rows are shown and read', async () => {
  const output = await read('File_Row_Number,a,file_row_number_\n7,5,1\n9,6,2\n')
  expect(Object.keys(types(output))).toEqual(['File_Row_Number__', 'a', 'file_row_number_'])
  const [warning] = output.warnings
  expect(warning).toMatchObject({ kind: 'renamed-column', column: 'File_Row_Number__' })
  expect(warning!.message).toContain('what the number of a row is called')
  const { columns } = await readTable(output.parquet, { rows: Int32Array.of(1) })
  expect(columns.map(column => (column.kind === 'text' ? null : [...column.values]))).toEqual([[9], [6], [2]])
})

test('numbered columns of a matrix have a header', async () => {
  expect(Object.keys(types(await read('0,1,2\n5,6,7\n')))).toEqual(['0', '1', '2'])
})

test('ten thousand columns are read and profiled', { timeout: 300_000 }, async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`)
  const row = names.map((_, i) => i % 10).join(',')
  const output = await read(`${names.join(',')}\n${row}\n${row}\n`)
  expect(output.columns).toHaveLength(10_000)
})

test.each<[string, string | Buffer, ReadOptions, string, RegExp]>([
  ['an empty file', '', {}, 'bad-file', /is empty/],
  ['a header alone', 'a,b\n', {}, 'bad-file', /no rows/],
  [
    'a ragged row',
    `a,b,c\n1,2,3\n${'4,5,6\n'.repeat(200)}7,8,9,10\n`,
    {},
    'bad-file',
    /row 203 has 4 fields, the header has 3/,
  ],
  ['a short row', 'a,b,c\n1,2,3\n4,5\n6,7,8\n', {}, 'bad-file', /row 3 has 2 fields, the header has 3/],
  ['a binary file', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 10, 0, 2]), {}, 'bad-file', /no text file/],
  ['an empty name', 'a,,c\n1,2,3\n', {}, 'bad-file', /no name for column 2/],
  ['a repeated name', 'a,b,A\n1,2,3\n', {}, 'bad-file', /columns 1, 3/],
  [
    'a value that is not of the named type',
    'a\n1\n2\nx\n',
    { types: { a: 'number' } },
    'bad-data',
    /row 4 of column "a" is "x"/,
  ],
  ['a type for no column', 'alpha\n1\n', { types: { alhpa: 'number' } }, 'bad-input', /no column "alhpa"/],
])('%s is refused, naming the place', async (_, content, options, code, message) => {
  await expect(read(content, options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    mend: expect.any(String),
  })
})

test('a line of 200 MB is refused without being held in memory', async () => {
  const before = process.memoryUsage().rss
  await expect(read(Buffer.concat([Buffer.from('a,b\n'), Buffer.alloc(200e6, 0x78)]))).rejects.toMatchObject({
    message: expect.stringMatching(/line 2 is 200 MB long/),
  })
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6)
})

test('a target that is not there names the one that was meant', async () => {
  await expect(read('species,mass\na,1\n', {}, 'data.csv', 'specise')).rejects.toMatchObject({
    code: 'bad-input',
    mend: 'Did you mean "species"?',
  })
  await expect(read('a,b\n1,2\n', {}, 'data.csv', 'nr')).rejects.toMatchObject({ mend: 'It has "a", "b".' })
})

test('a column of NaN alone is a column without values', async () => {
  const output = await read('a,b\nNaN,1\nNaN,2\n')
  expect(output.columns[0]).toMatchObject({ missing: 2, distinct: 0, min: null, histogram: null })
})

test('among decimal commas a point groups thousands and nothing else', async () => {
  const output = await read('a;b;c\n1.234,5;1.234;22.9\n2,5;12.345.678;3.5\n-0,1;7;1,5\n')
  expect(types(output)).toEqual({ a: 'number', b: 'integer', c: 'text' })
  expect(output.columns.slice(0, 2).map(({ min, max }) => [min, max])).toEqual([
    [-0.1, 1234.5],
    [7, 12_345_678],
  ])
})

// fixtures/sales.xlsx was written by openpyxl 3.1.5: an empty sheet, "Sales", and "Other".
const workbook = join(import.meta.dirname, 'fixtures', 'sales.xlsx')

async function readWorkbook(options: ReadOptions) {
  const own = await context()
  const input = { file: workbook, fileName: 'sales.xlsx', name: 'data', target: null, options, upload: null }
  return { ...(await importFile(input, own)), parquet: join(own.outFolder, 'data.parquet') }
}

test('the first sheet of a workbook that holds rows is read with its types', async () => {
  const output = await readWorkbook({})
  expect(output.readOptions).toMatchObject({ format: 'xlsx', sheet: 'Sales', header: true })
  expect(types(output)).toEqual({
    id: 'integer',
    amount: 'number',
    day: 'date',
    when: 'datetime',
    paid: 'boolean',
    'city "x"': 'text',
    share: 'number',
  })
  const table = await readTable(output.parquet)
  const column = (name: string) => table.columns.find(each => each.name === name)!
  expect(column('amount')).toMatchObject({ values: Float64Array.of(1.5, Number.NaN, -2000) })
  expect(column('when')).toMatchObject({
    values: Float64Array.of(Date.UTC(2026, 0, 31, 10, 30), Date.UTC(2026, 1, 1, 0, 0, 5), Number.NaN),
  })
  expect(column('city "x"')).toMatchObject({ dictionary: ['Köln, "Süd"', 'Ulm\nOst'], codes: Int32Array.of(0, 1, -1) })
})

test('another sheet is read by name; one that is not there is refused with those that are', async () => {
  expect((await readWorkbook({ sheet: 'Other' })).columns.map(({ name }) => name)).toEqual(['a', 'b'])
  await expect(readWorkbook({ sheet: 'Sold' })).rejects.toMatchObject({
    code: 'bad-input',
    mend: 'Its sheets are "Notes", "Sales", "Other".',
  })
  await expect(read('PK\u0003\u0004 and nothing of a workbook', {}, 'a.xlsx')).rejects.toMatchObject({
    code: 'bad-file',
  })
})
