import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identifier } from './duckdb.ts'
import { openSource } from './source.ts'
import { readingWarnings } from './warnings.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-repeated-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The names and the first row of a file whose repeated names are to be numbered, and what is told of them. */
async function read(content: string) {
  const file = join(folder, 'data.csv')
  await writeFile(file, content)
  const options = { numberRepeated: true }
  const { database, opened } = await openSource({ file, fileName: 'data.csv', options, temporaryFolder: folder })
  try {
    const select = opened.columns.map(({ name, expression }) => `${expression} AS ${identifier(name)}`)
    const read = await database.connection.runAndReadAll(`SELECT ${select.join(', ')} FROM ${opened.relation}`)
    const names = opened.columns.map(({ name }) => name)
    return { names, row: read.getRowsJson()[0], options: opened.options, warnings: readingWarnings(opened.columns) }
  } finally {
    database.close()
  }
}

test('names that repeat are numbered past names that there are, each keeps its values, and that is told', async () => {
  const { names, row, options, warnings } = await read('a,a_1,a, A ,b\nx1,x2,x3,x4,x5\n')
  expect(names).toEqual(['a', 'a_1', 'a_2', 'A_3', 'b'])
  expect(row).toEqual(['x1', 'x2', 'x3', 'x4', 'x5'])
  expect(options.numberRepeated).toBe(true)
  expect(warnings).toMatchObject([
    { kind: 'renamed-column', column: 'a_2', evidence: { from: 'a' } },
    { kind: 'renamed-column', column: 'A_3', evidence: { from: ' A ' } },
  ])
  expect(warnings[0]!.message).toContain('the file has a column of that name before it')
})

test('where no name repeats it changes nothing; a name that is missing is still refused', async () => {
  expect((await read('a,b\n1,2\n')).options).not.toHaveProperty('numberRepeated')
  await expect(read('a,,a\n1,2,3\n')).rejects.toMatchObject({ code: 'bad-file' })
})
