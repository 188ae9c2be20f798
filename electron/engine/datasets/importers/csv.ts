import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../../../shared/errors.ts'
import { formatBytes, formatCount } from '../../../../shared/lib/format.ts'
import type { ReadOptions } from '../../../../shared/model/dataset.ts'
import type { ByteScan } from '../byte-scan.ts'
import { held, isWide, machineFailure, textLiteral } from '../duckdb.ts'
import { type Dialect, sniffDialect } from './csv-dialect.ts'
import { usualMissingMarks } from './find-table.ts'
import type { Importer, OpenContext, OpenedSource } from './importer.ts'
import { typeColumns } from './text-types.ts'

/** A longer line is no table: it would have to be held in memory whole. */
const longestLineBytes = 16 * 1024 * 1024
/** DuckDB's own bound; its buffers are sixteen times as large, so it is raised only where a line needs it. */
const usualLineBytes = 2 * 1024 * 1024
const headBytes = 1 << 20

type Encoding = NonNullable<ReadOptions['encoding']>

const decoderNames: Record<Encoding, string> = {
  'utf-8': 'utf-8',
  'utf-16': 'utf-16le',
  'latin-1': 'windows-1252',
  'windows-1252': 'windows-1252',
}

function sniffEncoding(head: Buffer, scan: ByteScan, fileName: string): { encoding: Encoding; decoder: string } {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16', decoder: 'utf-16le' }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16', decoder: 'utf-16be' }
  if (scan.hasNul) {
    throw new AppError('bad-file', `${fileName} is no text file: it holds zero bytes`, {
      mend: 'Choose a CSV file, or name the format with --format if its extension is wrong.',
    })
  }
  return scan.isUtf8 ? { encoding: 'utf-8', decoder: 'utf-8' } : { encoding: 'windows-1252', decoder: 'windows-1252' }
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(headBytes)
    const { bytesRead } = await handle.read(buffer, 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** The text of a file as UTF-8, from behind its first `start` characters on, and without the mark that many begin with. */
async function transcode(
  file: string,
  decoder: string,
  start: number,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  const decode = new TextDecoder(decoder)
  let above = start
  const behind = (text: string) => {
    const rest = text.slice(above)
    above -= Math.min(above, text.length)
    return rest
  }
  const toUtf8 = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, behind(decode.decode(chunk, { stream: true }))),
    flush: done => done(null, behind(decode.decode())),
  })
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), toUtf8, createWriteStream(target), { signal })
}

export const csv: Importer = {
  id: 'csv',
  extensions: ['.csv', '.tsv', '.tab', '.txt'],
  isText: true,
  async prepare(file, options, { scan, fileName, temporaryFolder, isHead, signal }) {
    if (scan.longestLine.bytes > longestLineBytes) {
      const { line, bytes } = scan.longestLine
      throw new AppError(
        'bad-file',
        `${fileName}: line ${formatCount(line)} is ${formatBytes(bytes)} long, more than ${formatBytes(longestLineBytes)}`,
        {
          mend: 'Is it a CSV file? A quote that never closes, or a file without line ends, looks like this.',
        },
      )
    }
    const head = await readHead(file)
    const sniffed = sniffEncoding(head, scan, fileName)
    const decoder = options.encoding && sniffed.encoding !== 'utf-16' ? decoderNames[options.encoding] : sniffed.decoder
    if (decoder === 'utf-8' && !scan.isUtf8) {
      throw new AppError('bad-file', `${fileName} is not written in UTF-8 throughout`, {
        mend: 'Name its encoding with --encoding, or let it be told.',
      })
    }
    const goesOn = isHead || scan.sizeBytes > head.length
    const text = new TextDecoder(decoder).decode(head, { stream: goesOn })
    const dialect = sniffDialect(text, options, fileName, goesOn)
    const used: ReadOptions = {
      format: 'csv',
      delimiter: dialect.delimiter,
      decimal: dialect.decimal,
      encoding: options.encoding ?? sniffed.encoding,
      missing: options.missing ?? usualMissingMarks,
      header: dialect.header,
      // Said of files in which they changed nothing they would make another version of the same.
      ...(dialect.isNumbered && { numberRepeated: true }),
      ...(dialect.skip > 0 && { skip: dialect.skip }),
      types: options.types ?? {},
    }
    let readable = file
    // DuckDB's own `skip` reads nothing, and says nothing, where the rows above end or are quoted otherwise than those below.
    if (decoder !== 'utf-8' || dialect.start > 0) {
      readable = join(temporaryFolder, 'text.csv')
      await transcode(file, decoder, dialect.start, readable, signal)
    }
    // A transcoded line may be three times as long in UTF-8 as in one-byte characters.
    const lineBytes = Math.max(usualLineBytes, 3 * scan.longestLine.bytes + 1)
    return {
      file: readable,
      columnCount: dialect.names.length,
      open: context => openCsv(csvRelation(readable, dialect, used.missing ?? [], lineBytes), dialect, used, context),
    }
  },
}

async function openCsv(
  file: string,
  dialect: Dialect,
  options: ReadOptions,
  context: OpenContext,
): Promise<OpenedSource> {
  const explain = async (error: unknown) => machineFailure(error) ?? explainCsv(error, dialect, context.fileName)
  try {
    const relation = await held(context.connection, file, dialect.names.length, 'source')
    const columns = await typeColumns(context.connection, relation, dialect.names, {
      decimal: dialect.decimal,
      types: options.types ?? {},
      fileName: context.fileName,
      firstRow: dialect.skip + (dialect.header ? 2 : 1),
      progress: fraction => context.progress?.(fraction, 'telling types'),
    })
    for (const [i, column] of columns.entries()) {
      const original = dialect.originalNames[i]
      if (original !== undefined && original !== column.name) column.originalName = original
    }
    return { relation, columns, options, leftOut: dialect.leftOut, explain }
  } catch (error) {
    throw await explain(error)
  }
}

/**
 * Every column as text, strictly: what does not fit the header is an error, never swallowed. A wide file is read by one thread: with several
 * 800 rows × 20,002 columns ran out of 10.2 GiB, with one they took 1.7 GB.
 */
function csvRelation(file: string, dialect: Dialect, missing: string[], lineBytes: number): string {
  const marks = [...new Set(['', ...missing])]
  const columns = dialect.names.map(name => `${textLiteral(name)}: 'VARCHAR'`)
  const delimiter = dialect.delimiter === '\t' ? "'\\t'" : textLiteral(dialect.delimiter)
  return `read_csv(${textLiteral(file)}, auto_detect = false, header = ${dialect.header}, delim = ${delimiter}, quote = '"', escape = '"',
    nullstr = [${marks.map(textLiteral).join(', ')}], allow_quoted_nulls = false, strict_mode = true, null_padding = false,
    max_line_size = ${lineBytes}, parallel = ${!isWide(dialect.names.length)}, columns = {${columns.join(', ')}})`
}

/** DuckDB's word for a bad line in the words of the file. */
function explainCsv(error: unknown, dialect: Dialect, fileName: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const line = dialect.linesAbove + Number(/CSV Error on Line: (\d+)/.exec(error.message)?.[1] ?? Number.NaN)
  if (Number.isNaN(line)) return error
  const original = /Original Line: (.*)/.exec(error.message)?.[1] ?? ''
  const found = Number(/Expected Number of Columns: \d+ Found: (\d+)/.exec(error.message)?.[1] ?? Number.NaN)
  const fields = Number.isNaN(found) ? countFields(original, dialect.delimiter) : found
  const expected = dialect.names.length
  if (/unterminated quote|quote/i.test(error.message) && fields === expected) {
    return new AppError(
      'bad-file',
      `${fileName}: line ${formatCount(line)} has a quote that does not close or text after it`,
      {
        mend: 'Double every quote inside a quoted field, and close it.',
      },
    )
  }
  return new AppError(
    'bad-file',
    `${fileName}: row ${formatCount(line)} has ${formatCount(fields)} fields, the header has ${formatCount(expected)}`,
    {
      mend: `Correct the row, name the right delimiter with --delimiter (it was read with "${dialect.delimiter === '\t' ? 'tab' : dialect.delimiter}"), or leave out rows above the header with --skip.`,
      details: { line, text: original.slice(0, 200) },
    },
  )
}

function countFields(line: string, delimiter: string): number {
  let count = 1
  let isQuoted = false
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted
    else if (character === delimiter && !isQuoted) count += 1
  }
  return count
}
