import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { ReadOptions } from '../../../shared/model/dataset.ts'
import { identifier } from './duckdb.ts'
import { openSource } from './source.ts'
import { readingWarnings } from './warnings.ts'

/** What a file is read as: the names and types of its columns, its rows, the options that were used, and what is told of it. */
export async function readFile(from: string, options: ReadOptions) {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'lathe-read-'))
  try {
    const { database, opened } = await openSource({ file: from, fileName: basename(from), options, temporaryFolder })
    try {
      const select = opened.columns.map(({ name, expression }) => `${expression} AS ${identifier(name)}`)
      const read = await database.connection.runAndReadAll(`SELECT ${select.join(', ')} FROM ${opened.relation}`)
      return {
        names: opened.columns.map(({ name }) => name),
        types: opened.columns.map(({ type }) => type),
        rows: read.getRowsJson(),
        options: opened.options,
        warnings: readingWarnings(opened),
      }
    } finally {
      database.close()
    }
  } finally {
    await rm(temporaryFolder, { recursive: true })
  }
}

/** The same of a content, called data.csv. */
export async function readContent(content: string | Buffer, options: ReadOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'lathe-content-'))
  try {
    const file = join(folder, 'data.csv')
    await writeFile(file, content)
    return await readFile(file, options)
  } finally {
    await rm(folder, { recursive: true })
  }
}
