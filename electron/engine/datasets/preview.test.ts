import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ReadOptions } from '../../../shared/model/dataset.ts'
import { previewFile, wholeRecords } from './preview.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-preview-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function preview(content: string | Buffer, options: ReadOptions = {}, fileName = 'data.csv') {
  const file = join(folder, fileName)
  await writeFile(file, content)
  return previewOf(file, options, fileName)
}

function previewOf(file: string, options: ReadOptions, fileName = basename(file)) {
  return previewFile({ file, fileName, options, temporaryFolder: join(folder, 'tmp') })
}

const german = Buffer.from('Stra\xdfe;Preis;Tag\nAm M\xfchlbach;1.234,50;31.12.2025\nHafen;2,75;01.01.2026\n', 'latin1')

test('raw lines beside what is read from them, with the dialect that was told', async () => {
  const { options, columns, rows, raw, isWhole, rowsSeen, problem } = await preview(german)
  expect(options).toMatchObject({ delimiter: ';', decimal: ',', encoding: 'windows-1252', header: true })
  expect(columns).toEqual([
    { name: 'Straße', type: 'text', oddText: null, originalName: null },
    { name: 'Preis', type: 'number', oddText: null, originalName: null },
    { name: 'Tag', type: 'date', oddText: null, originalName: null },
  ])
  expect(rows).toEqual([
    ['Am Mühlbach', 1234.5, '2025-12-31'],
    ['Hafen', 2.75, '2026-01-01'],
  ])
  expect(raw.slice(0, 2)).toEqual(['Straße;Preis;Tag', 'Am Mühlbach;1.234,50;31.12.2025'])
  expect({ isWhole, rowsSeen, problem }).toEqual({ isWhole: true, rowsSeen: 2, problem: null })
})

test('what is said is read: types, decimal, missing marks, without choosing the file again', async () => {
  const { columns, rows } = await preview(german, { types: { Preis: 'text' }, missing: ['Hafen'] })
  expect(columns[1]!.type).toBe('text')
  expect(rows[1]).toEqual([null, '2,75', '2026-01-01'])
})

test('a text among numbers is named, so that it can be taken as missing', async () => {
  const { columns } = await preview('a\n1\n2\nk.A.\n')
  expect(columns).toEqual([{ name: 'a', type: 'text', oddText: 'k.A.', originalName: null }])
})

test('names that repeat are refused with a way out, and numbered where that is said', async () => {
  const content = 'a,b,A\n1,2,3\n'
  const refused = await preview(content)
  expect(refused.problem).toMatchObject({
    mend: expect.stringContaining('--number-repeated'),
    details: { repeated: [1, 3] },
  })
  const { columns, options, problem } = await preview(content, { numberRepeated: true })
  expect(problem).toBeNull()
  expect(options.numberRepeated).toBe(true)
  expect(columns.map(({ name, originalName }) => [name, originalName])).toEqual([
    ['a', null],
    ['b', null],
    ['A_1', 'A'],
  ])
})

test('rows above a header are found, raw beside parsed, and said otherwise without choosing the file again', async () => {
  const content = 'Sales of 2025\n\ncity,items\nUlm,3\n'
  const { columns, options, raw, rows } = await preview(content)
  expect(columns.map(({ name }) => name)).toEqual(['city', 'items'])
  expect({ skip: options.skip, rows, raw: raw.slice(0, 3) }).toEqual({
    ...{ skip: 2, rows: [['Ulm', '3']], raw: ['Sales of 2025', '', 'city,items'] },
  })
  const refused = await preview(content, { skip: 0 })
  expect(refused).toMatchObject({ raw, options: { skip: 0 }, problem: { code: 'bad-file' } })
  const long = await preview(`${'x'.repeat(99)}\n`.repeat(20_000), { skip: 15_000 })
  expect(long.problem?.message).toContain('its first 15,000 rows are longer than what is looked at')
})

test('of a workbook its sheets and the rows of one are shown, also where that is no table', async () => {
  const report = join(import.meta.dirname, 'fixtures', 'report.xlsx')
  const sheets = ['Report', 'Grouped', 'Over', 'One']
  const { options, raw, ...read } = await previewOf(report, {})
  expect(read).toMatchObject({ sheets, rowsSeen: 3, problem: null })
  expect({ ...options, raw: raw.slice(0, 4) }).toMatchObject({
    ...{ sheet: 'Report', skip: 2, raw: ['Sales of 2025,,,', '', 'city,day,items,price', 'Ulm,2025-01-31,3,1.5'] },
  })
  expect(await previewOf(report, { skip: 0 })).toMatchObject({
    ...{
      sheets,
      raw,
      options: { sheet: 'Report' },
      problem: { message: expect.stringContaining('no name for column 2') },
    },
  })
})

test('a file that cannot be read so is shown raw, with the reason and its place', async () => {
  const ragged = await preview('a,b\n1,2\n3,4,5\n')
  expect(ragged.raw[2]).toBe('3,4,5')
  expect(ragged.problem).toMatchObject({ code: 'bad-file', message: expect.stringMatching(/row 3 has 3 fields/) })
  const typed = await preview('a,b\n1,2\nx,4\n', { types: { a: 'integer' } })
  expect(typed.problem).toMatchObject({ message: expect.stringMatching(/row 3 of column "a" is "x"/) })
})

test('of a long file only whole records of its head are read', async () => {
  const line = `"first\nsecond",${'x'.repeat(100)}\n`
  const { isWhole, rowsSeen, rows, problem } = await preview(`a,b\n${line.repeat(20_000)}`)
  expect({ isWhole, problem }).toEqual({ isWhole: false, problem: null })
  expect(rowsSeen).toBeGreaterThan(8000)
  expect(rows[49]).toEqual(['first\nsecond', 'x'.repeat(100)])
  expect(wholeRecords(Buffer.from('a\n"b\nc')).toString()).toBe('a\n')
})

test('a file that is none says so at once', async () => {
  await expect(preview('')).rejects.toMatchObject({ code: 'bad-file', message: 'data.csv is empty' })
  await expect(preview('x', {}, 'data.bin')).rejects.toMatchObject({ code: 'bad-file' })
})
