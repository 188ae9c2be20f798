import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReadOptions } from '../../../shared/model/dataset.ts'
import { readContent, readFile } from './read-fixture.ts'

const table = 'city,items\nUlm,3\nOst,4\n'
const read = { names: ['city', 'items'], types: ['text', 'integer'] }
const rows = [
  ['Ulm', '3'],
  ['Ost', '4'],
]

// The rows as pandas 3.1.1 counts them: `read_csv(skiprows=N)` gives the same names and rows of each.
test.each<[string, string | Buffer, number]>([
  ['a title and an empty row', `Sales of 2025\n\n${table}`, 2],
  ['an empty row that was not counted', `Sales of 2025\n\n${table}`, 1],
  ['other line ends above than below', `Sales\n\n${table.replaceAll('\n', '\r\n')}`, 2],
  ['line ends within quotes', `"Sales,\nall of ""them""\n",2025,x\n\n${table}`, 2],
  ['more fields than the table has', `a,b,c,d\n1,2,3\n${table}`, 2],
  ['a quote in a title', `Pipes of 5" and more\n${table}`, 1],
  ['a byte order mark', `\ufeffSäle\n${table}`, 1],
  ['UTF-16', Buffer.from(`\ufeffSäle\n${table}`, 'utf16le'), 1],
  ['Latin-1', Buffer.from(`Säle\n\n${table}`, 'latin1'), 2],
  ['a table that could begin with the first row', `name,number\n${table}`, 1],
])('rows above the header are left out: %s', async (_, content, skip) => {
  expect(await readContent(content, { skip })).toMatchObject({ ...read, rows, warnings: [] })
})

test('text after a quoted part of a title ends neither the title nor the file', async () => {
  expect(await readContent(`"Sales" of 2025\n${table}`, { skip: 1 })).toMatchObject({ ...read, rows })
})

test('however it was said, what was left out is named alike, so that the same reading is one version', async () => {
  const content = `Sales of 2025\n\n\n${table}`
  const options = await Promise.all([{}, { skip: 1 }, { skip: 3 }].map(each => readContent(content, each)))
  expect(options.map(each => each.options.skip)).toEqual([3, 3, 3])
  expect((await readContent(table, { skip: 0 })).options).not.toHaveProperty('skip')
})

test.each<[string, string, string[], number]>([
  ['a title, an empty row', `Sales, by city, of 2025, in all\n\n${table.replaceAll(',', ';')}`, read.names, 2],
  ['texts alone, an empty row', 'Addresses\n\nname;city\nAnn;Ulm\nBob;Ost\n', ['name', 'city'], 2],
  ['a title beside empty cells', 'Sales,,\n,,\nday,city,items\n2025-01-31,Ulm,3\n', ['day', 'city', 'items'], 2],
  [
    'where and when, then the table',
    'Station,Ulm\nFrom,May\ntime,temp,wind\n2025-05-01,7,2\n',
    ['time', 'temp', 'wind'],
    2,
  ],
  ['names over several columns', ',before,,after,\nplant,a,b,c,d\np,1,2,3,4\n', ['plant', 'a', 'b', 'c', 'd'], 1],
  ['empty rows alone', `\n\n${table}`, read.names, 2],
])('where the header is plainly below the first row it is found, and told: %s', async (what, content, names, skip) => {
  const found = await readContent(content)
  expect(found).toMatchObject({ names, options: { skip } })
  expect(found.warnings.map(({ kind }) => kind)).toEqual(what === 'empty rows alone' ? [] : ['rows-left-out'])
})

test.each<[string, string, ReadOptions, RegExp]>([
  ['a name that is missing', 'a,,c\n1,2,3\nx,y,z\n', {}, /no name for column 2/],
  ['texts below it', 'a,,c\nx,y,z\nu,v,w\n', {}, /no name for column 2/],
  ['a first row without names', 'x,,\ny,2,a\nz,3,b\n', {}, /no name for column 2/],
  ['a value that is missing', 'a,,c\nn/a,2,z\n1,3,w\n', {}, /no name for column 2/],
  [
    'that the first row is the header',
    `Sales of 2025\n\n${table}`,
    { skip: 0 },
    /row 3 has 2 fields, the header has 1/,
  ],
])('nothing is guessed of %s', async (_, content, options, message) => {
  await expect(readContent(content, options)).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringMatching(message),
    mend: expect.stringContaining('--skip'),
  })
})

test('what could be read from its first row on is read so', async () => {
  expect((await readContent('note\nhello; world\nso; long\n')).names).toEqual(['note'])
  expect((await readContent('name\tnote\nAnn\tx;y\nBob\tu;v\n')).names).toEqual(['name', 'note'])
  expect((await readContent('Station,Ulm\ntime,temp\n10:00,5\n')).names).toEqual(['Station', 'Ulm'])
})

test('errors name rows and lines of the whole file', async () => {
  const above = '"Sales\nof 2025"\n\n'
  await expect(readContent(`${above}${table}x,y\n`, { skip: 2, types: { items: 'integer' } })).rejects.toMatchObject({
    message: 'data.csv: row 6 of column "items" is "y", which is no integer',
  })
  await expect(readContent(`${above}${table}x,y,z\n`, { skip: 2 })).rejects.toMatchObject({
    message: 'data.csv: row 7 has 3 fields, the header has 2',
  })
})

test('rows that are left out have to leave some', async () => {
  await expect(readContent(table, { skip: 5 })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'data.csv has 3 rows, so that nothing is left behind the first 5',
    mend: expect.stringContaining('at most 1 rows'),
  })
  await expect(readContent(`${'x'.repeat(99)}\n`.repeat(20_000), { skip: 15_000 })).rejects.toMatchObject({
    message: expect.stringContaining('its first 15,000 rows are longer than what is looked at'),
  })
})

test('a file that is said to be UTF-8 and is not is refused as such', async () => {
  await expect(
    readContent(Buffer.from(`Säle\n${table}`, 'latin1'), { encoding: 'utf-8', skip: 1 }),
  ).rejects.toMatchObject({
    message: 'data.csv is not written in UTF-8 throughout',
  })
})

// fixtures/report.xlsx was written by openpyxl 3.1.5; what is read of it is what pandas 3.1.1 reads with `skiprows`, but for columns without a name.
const workbook = (options: ReadOptions) => readFile(join(import.meta.dirname, 'fixtures', 'report.xlsx'), options)

test('a sheet with a merged title and an empty first column is read from its header on', async () => {
  const found = await workbook({})
  expect(found).toMatchObject({
    names: ['city', 'day', 'items', 'price'],
    types: ['text', 'date', 'integer', 'number'],
    options: { format: 'xlsx', sheet: 'Report', skip: 2 },
    warnings: [{ kind: 'rows-left-out', evidence: { rows: 2, first: 'Sales of 2025' } }],
  })
  expect(found.rows[1]).toEqual(['Köln', '2025-02-01', '4', null])
  expect((await workbook({ skip: 2 })).rows).toEqual(found.rows)
  await expect(workbook({ skip: 9 })).rejects.toMatchObject({ message: expect.stringContaining('has 6 rows') })
})

test('a merged cell is its first one: names over several columns are left out, and repeated ones below numbered', async () => {
  await expect(workbook({ sheet: 'Over' })).rejects.toMatchObject({ details: { repeated: [2, 4] } })
  const numbered = { numberRepeated: true }
  expect(await workbook({ sheet: 'Over', ...numbered })).toMatchObject({
    names: ['plant', 'mean', 'sd', 'mean_1', 'sd_1'],
    rows: [
      ['p1', 1.5, 0.1, 2.5, 0.2],
      ['p2', 3, 0.3, 4, 0.4],
    ],
    options: { skip: 1, numberRepeated: true },
  })
  // A name that reaches over both rows belongs to the upper one.
  await expect(workbook({ sheet: 'Grouped' })).rejects.toMatchObject({
    message: expect.stringContaining('no name for column 3, 5'),
  })
  expect((await workbook({ sheet: 'Grouped', skip: 1, ...numbered })).names).toEqual([
    'index',
    'mean',
    'sd',
    'mean_1',
    'sd_1',
  ])
})

test('of a single column empty rows count above the header and are none below it', async () => {
  expect(await workbook({ sheet: 'One', skip: 2 })).toMatchObject({ names: ['cm'], rows: [['1'], ['3']] })
})
