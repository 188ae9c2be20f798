import { access, constants, stat } from 'node:fs/promises'
import { AppError } from '../../../shared/errors.ts'
import type { ReadOptions } from '../../../shared/model/dataset.ts'
import { type ByteScan, scanBytes } from './byte-scan.ts'
import { type DuckDb, openDuckDb } from './duckdb.ts'
import { importerFor, type OpenedSource, type PrepareContext, type SourceColumn } from './importers/index.ts'

export interface OpenOptions extends Omit<PrepareContext, 'scan'> {
  file: string
  options: ReadOptions
  /** A file that is going to be written. */
  output?: string
  progress?(fraction: number | null, phase: string): void
}

export interface Source {
  scan: ByteScan
  database: DuckDb
  opened: OpenedSource
}

/** Opens a file of any known format: looks at its bytes, tells what it is, and gives DuckDB's view of it. */
export async function openSource(request: OpenOptions): Promise<Source> {
  const { file, fileName, options, temporaryFolder, signal } = request
  const size = await sizeOf(file, fileName)
  request.progress?.(0, 'reading bytes')
  const scan = await scanBytes(file, signal, bytes => request.progress?.(bytes / size, 'reading bytes'))
  const importer = await importerFor(file, options.format, fileName)
  const prepared = await importer.prepare(file, options, { ...request, scan })
  const files = [prepared.file, ...(request.output ? [request.output] : [])]
  // Each column in flight holds a block of 256 kB or more.
  const memoryLimit = `${1000 + Math.ceil(0.5 * (prepared.columnCount ?? 0))}MB`
  const database = await openDuckDb({ temporaryFolder, files, memoryLimit, signal })
  try {
    const opened = await prepared.open({ connection: database.connection, fileName, progress: request.progress })
    return { scan, database, opened: { ...opened, columns: withoutReserved(opened.columns) } }
  } catch (error) {
    database.close()
    throw error
  }
}

/** What DuckDB calls the number of a row, in any case: a column of that name could not be told from it. */
const reserved = 'file_row_number'

function withoutReserved(columns: SourceColumn[]): SourceColumn[] {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()))
  return columns.map(column => {
    if (column.name.toLowerCase() !== reserved) return column
    let name = `${column.name}_`
    while (taken.has(name.toLowerCase())) name += '_'
    return { ...column, name, originalName: column.originalName ?? column.name }
  })
}

/** Size in bytes of a file that can be imported; throws what stands in the way of one that cannot. */
export async function sizeOf(file: string, fileName: string): Promise<number> {
  let found: Awaited<ReturnType<typeof stat>>
  try {
    found = await stat(file)
    await access(file, constants.R_OK)
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new AppError('not-found', `There is no file ${file}`, { mend: 'Check the path.' })
    throw new AppError('bad-file', `${file} cannot be read (${code})`, {
      mend: 'Give yourself permission to read it.',
      cause: error,
    })
  }
  if (found.isDirectory()) throw new AppError('bad-file', `${file} is a folder`, { mend: 'Name one file in it.' })
  if (found.size === 0)
    throw new AppError('bad-file', `${fileName} is empty`, { mend: 'Choose a file with a header and rows.' })
  return found.size
}
