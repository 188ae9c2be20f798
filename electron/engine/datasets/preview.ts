import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../../shared/errors.ts'
import { shorten } from '../../../shared/lib/shorten.ts'
import type { FilePreview, ReadOptions } from '../../../shared/model/dataset.ts'
import { identifier } from './duckdb.ts'
import { importerFor, sqlTypes, type Workbook } from './importers/index.ts'
import { type OpenOptions, openSource, sizeOf } from './source.ts'

const headBytes = 1 << 20
const shownRows = 50
const shownLines = 60
const shownCharacters = 2000

interface Head {
  bytes: Buffer
  /** False when the file goes on behind it. */
  isWhole: boolean
}

async function readHead(file: string, sizeBytes: number): Promise<Head> {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(Math.min(headBytes, sizeBytes))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
    return { bytes: buffer.subarray(0, bytesRead), isWhole: bytesRead === sizeBytes }
  } finally {
    await handle.close()
  }
}

/** The head of a text file up to the end of its last whole record: a line end outside of quotes. */
export function wholeRecords(bytes: Buffer): Buffer {
  let isQuoted = false
  let end = 0
  for (let i = 0; i < bytes.length; i += 1) {
    if (bytes[i] === 0x22) isQuoted = !isQuoted
    else if (bytes[i] === 0x0a && !isQuoted) end = i + 1
  }
  // In UTF-16 (little endian) the line end has a second byte.
  if (end > 0 && bytes[0] === 0xff && bytes[1] === 0xfe) end += 1
  return end === 0 ? bytes : bytes.subarray(0, end)
}

/** The lines as they stand in the file, without any reading but that of their characters. */
function rawLines(bytes: Buffer, encoding: ReadOptions['encoding']): string[] {
  const decoder = new TextDecoder(encoding === 'utf-16' ? 'utf-16le' : encoding === 'utf-8' ? 'utf-8' : 'windows-1252')
  return decoder
    .decode(bytes)
    .split(/\r?\n/, shownLines)
    .map(line => shorten(line, shownCharacters))
}

export interface PreviewRequest {
  file: string
  fileName: string
  options: ReadOptions
  temporaryFolder: string
}

/**
 * How a file would be read: its first lines raw, and its first rows parsed with the options that were sniffed or said. Text files
 * are judged by their first MB, so types may still change over the whole; what cannot be read comes back as `problem` beside the raw lines.
 */
export async function previewFile({ file, fileName, options, temporaryFolder }: PreviewRequest): Promise<FilePreview> {
  const sizeBytes = await sizeOf(file, fileName)
  const importer = await importerFor(file, options.format, fileName)
  await mkdir(temporaryFolder, { recursive: true })
  const own = await mkdtemp(join(temporaryFolder, 'preview-'))
  try {
    let source = file
    let head: Head | null = null
    if (importer.isText) {
      head = await readHead(file, sizeBytes)
      if (!head.isWhole) {
        head = { ...head, bytes: wholeRecords(head.bytes) }
        source = join(own, 'head')
        await writeFile(source, head.bytes)
      }
    }
    const isWhole = head?.isWhole ?? true
    const books: Workbook[] = []
    const standing = async (encoding: ReadOptions['encoding']) => {
      const [book] = books
      const sheets = book?.sheets ?? []
      if (book) return { sheets, raw: rawLines((await readHead(book.text, headBytes)).bytes, 'utf-8') }
      return { sheets, raw: head ? rawLines(head.bytes, encoding) : [] }
    }
    const shared = { fileName, sizeBytes, isWhole, format: importer.id }
    try {
      const read = await readSource({
        file: source,
        fileName,
        options: { ...options, format: importer.id },
        temporaryFolder: own,
        isHead: !isWhole,
        onWorkbook: book => books.push(book),
      })
      const share = head && !head.isWhole ? head.bytes.length / sizeBytes : 1
      const rowsExpected = Math.round(read.rowsSeen / share)
      return {
        ...shared,
        ...read,
        rowsExpected,
        ...(await standing(read.options.encoding)),
        problem: null,
      }
    } catch (error) {
      const problem = toAppError(error)
      if (problem.code === 'internal') throw error
      const none = { columns: [], rows: [], rowsSeen: 0, rowsExpected: 0 }
      const said = books[0] ? { ...options, sheet: books[0].sheet } : options
      const stands = await standing(options.encoding ?? 'utf-8')
      return { ...shared, ...none, options: said, ...stands, problem: problem.toJSON() }
    }
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

async function readSource(
  request: OpenOptions,
): Promise<Pick<FilePreview, 'options' | 'columns' | 'rows' | 'rowsSeen'>> {
  const { fileName } = request
  const source = await openSource(request)
  try {
    const { opened, database } = source
    const select = opened.columns.map(
      ({ name, type, expression }) => `CAST(${expression} AS ${sqlTypes[type]}) AS ${identifier(name)}`,
    )
    const sql = `SELECT ${select.join(', ')} FROM ${opened.relation}`
    try {
      const rows = (await database.connection.runAndReadAll(`${sql} LIMIT ${shownRows}`)).getRowsJson()
      const counted = await database.connection.runAndReadAll(`SELECT count(*) FROM ${opened.relation}`)
      const rowsSeen = Number(counted.getRowsJS()[0]![0])
      if (rowsSeen === 0) {
        throw new AppError('bad-file', `${fileName} has a header and no rows`, { mend: 'Choose a file with rows.' })
      }
      return {
        options: opened.options,
        columns: opened.columns.map(({ name, type, mixed, originalName }) => ({
          ...{ name, type, oddText: mixed?.example ?? null, originalName: originalName ?? null },
        })),
        rows: rows.map(row =>
          row.map(value => {
            if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
            return String(value).slice(0, shownCharacters)
          }),
        ),
        rowsSeen,
      }
    } catch (error) {
      throw await opened.explain(error)
    }
  } finally {
    source.database.close()
  }
}
