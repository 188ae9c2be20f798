import { type FileHandle, mkdtemp, open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import type { DuckDBValue } from '@duckdb/node-api'
import { AppError } from '../../../shared/errors.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import { syncFolder } from '../base/index.ts'
import { identifier, loadDuckDb, machineFailure, textLiteral } from './duckdb.ts'
import { csvField } from './importers/csv-dialect.ts'
import { sqlTypes } from './importers/index.ts'

/** As many as DuckDB takes at once. */
const chunkRows = 2048
const dayMs = 86_400_000

/** Writes rows into a file that appears whole or not at all. */
export interface TableWriter {
  append(table: Table): Promise<void>
  close(): Promise<void>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}

interface Sink {
  append(table: Table): Promise<void>
  finish(): Promise<void>
  drop(): Promise<void>
}

/** Opens `file` (`.parquet`, `.csv` or `.tsv`) for columns of the given names and types; tables must have the same, in order. */
export async function createTableWriter(
  file: string,
  columns: { name: string; type: ColumnType }[],
): Promise<TableWriter> {
  const extension = extname(file).toLowerCase()
  const temporary = join(dirname(file), `.${Math.random().toString(36).slice(2)}.part${extension}`)
  let sink: Sink
  if (extension === '.parquet') sink = await parquetSink(temporary, columns)
  else if (extension === '.csv' || extension === '.tsv')
    sink = await textSink(temporary, columns, extension === '.tsv' ? '\t' : ',')
  else {
    throw new AppError('bad-input', `Predictions cannot be written as "${extension}"`, {
      mend: 'End the name with .parquet, .csv or .tsv.',
    })
  }
  const abort = async () => {
    await sink.drop().catch(() => {})
    await rm(temporary, { force: true })
  }
  const guard = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      await abort()
      throw machineFailure(error) ?? error
    }
  }
  return {
    append: table => guard(() => sink.append(table)),
    close: () =>
      guard(async () => {
        await sink.finish()
        await rename(temporary, file)
        await syncFolder(dirname(file))
      }),
    abort,
  }
}

function valueAt(column: TableColumn, row: number): number | string | null {
  if (column.kind === 'text') return column.codes[row]! < 0 ? null : column.dictionary[column.codes[row]!]!
  const value = column.values[row]!
  return Number.isNaN(value) ? null : value
}

function field(column: TableColumn, row: number, delimiter: string): string {
  const value = valueAt(column, row)
  if (value === null) return ''
  if (typeof value === 'number') {
    if (column.type === 'boolean') return value ? 'true' : 'false'
    if (column.type === 'date') return new Date(value).toISOString().slice(0, 10)
    if (column.type === 'datetime') return new Date(value).toISOString()
    return String(value)
  }
  return csvField(value, delimiter)
}

async function textSink(path: string, columns: { name: string }[], delimiter: string): Promise<Sink> {
  const handle: FileHandle = await openForWriting(path)
  await handle.write(`${columns.map(({ name }) => csvField(name, delimiter)).join(delimiter)}\n`)
  return {
    async append(table) {
      const lines: string[] = []
      for (let row = 0; row < table.rows; row += 1) {
        lines.push(table.columns.map(column => field(column, row, delimiter)).join(delimiter))
      }
      if (lines.length) await handle.write(`${lines.join('\n')}\n`)
    },
    async finish() {
      await handle.sync()
      await handle.close()
    },
    drop: () => handle.close(),
  }
}

async function parquetSink(path: string, columns: { name: string; type: ColumnType }[]): Promise<Sink> {
  const folder = await mkdtemp(join(tmpdir(), 'lathe-write-'))
  // On disk, so that a result larger than memory can be gathered before it is written.
  const { DuckDBDataChunk, DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(join(folder, 'rows.duckdb'), {
    memory_limit: '1GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  const definitions = columns.map(({ name, type }) => `${identifier(name)} ${sqlTypes[type]}`)
  await connection.run(`CREATE TABLE result (${definitions.join(', ')})`)
  const types = (await connection.run('FROM result LIMIT 0')).columnTypes()
  const stored = await storedValue()
  const drop = async () => {
    connection.closeSync()
    instance.closeSync()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    async append(table) {
      const appender = await connection.createAppender('result')
      for (let from = 0; from < table.rows; from += chunkRows) {
        const chunk = DuckDBDataChunk.create(types, Math.min(chunkRows, table.rows - from))
        const rows = Array.from({ length: chunk.rowCount }, (_, i) => from + i)
        table.columns.forEach((column, at) => {
          chunk.setColumnValues(
            at,
            rows.map(row => stored(column, row)),
          )
        })
        appender.appendDataChunk(chunk)
      }
      appender.closeSync()
    },
    async finish() {
      await connection.run(`COPY result TO ${textLiteral(path)} (FORMAT parquet, COMPRESSION zstd)`)
      await drop()
    },
    drop,
  }
}

/** A cell as DuckDB takes it into a column of its type. */
async function storedValue(): Promise<(column: TableColumn, row: number) => DuckDBValue> {
  const { DuckDBDateValue, DuckDBTimestampValue } = await loadDuckDb()
  return (column, row) => {
    const value = valueAt(column, row)
    if (typeof value !== 'number' || column.type === 'number') return value
    if (column.type === 'boolean') return value !== 0
    if (column.type === 'date') return new DuckDBDateValue(Math.floor(value / dayMs))
    const whole = BigInt(Math.round(value))
    return column.type === 'integer' ? whole : new DuckDBTimestampValue(whole * 1000n)
  }
}

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx')
  } catch (error) {
    const folder = dirname(path)
    throw new AppError('bad-input', `The folder ${folder} cannot be written to`, {
      mend: 'Name a file in a folder that exists and is yours.',
      cause: error,
    })
  }
}
