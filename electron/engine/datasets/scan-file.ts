import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { ColumnType, RowsReadOptions } from '../../../shared/model/dataset.ts'
import { columnsAtOnce, type DuckDBConnection, held } from './duckdb.ts'
import { countIn, gather, readAll, type Wanted } from './read-table.ts'
import { openSource } from './source.ts'

/** Cells of a wide file that are in memory at once. */
const mostCells = 20_000_000

export interface ScanOptions {
  /** What must be there, as a model's signature has it. Other columns of the file are left alone. */
  columns: { name: string; type: ColumnType }[]
  options?: RowsReadOptions
  batchRows: number
  temporaryFolder?: string
  signal?: AbortSignal
}

/**
 * The rows of a CSV, Parquet or JSON lines file in batches, in constant memory, columns in the order asked for and of the
 * types asked for. Throws when a column is missing, or a value does not fit, naming the place.
 */
export async function* scanFile(file: string, options: ScanOptions): AsyncGenerator<Table> {
  const own = options.temporaryFolder === undefined
  const temporaryFolder = options.temporaryFolder ?? (await mkdtemp(join(tmpdir(), 'lathe-scan-')))
  // A column of whole numbers in training may hold others later.
  const types = Object.fromEntries(
    options.columns.map(({ name, type }) => [name, type === 'integer' ? 'number' : type]),
  )
  try {
    const source = await openSource({
      file,
      fileName: basename(file),
      options: { ...options.options, types },
      temporaryFolder,
      signal: options.signal,
    })
    try {
      const expressions = new Map(source.opened.columns.map(column => [column.name, column.expression]))
      const wanted = options.columns.map(({ name, type }) => ({ name, type, expression: expressions.get(name)! }))
      const { batchRows, signal } = options
      const rows = { batchRows, expectedRows: Math.min(batchRows, 1 << 16) }
      const read = wanted.length > columnsAtOnce ? gatherWide : gather
      yield* read(source.database.connection, source.opened.relation, wanted, rows, signal)
    } catch (error) {
      throw await source.opened.explain(error)
    } finally {
      source.database.close()
    }
  } finally {
    if (own) await rm(temporaryFolder, { recursive: true, force: true })
  }
}

/**
 * Batches of very many columns, some of which are read at a time. Asked for all of 20,000 columns at once, DuckDB made room for 2,048 rows of each step of
 * each column's reading, 7 GB for a file of 200 rows.
 */
async function* gatherWide(
  connection: DuckDBConnection,
  relation: string,
  wanted: Wanted[],
  { batchRows }: { batchRows: number },
  signal?: AbortSignal,
): AsyncGenerator<Table> {
  const table = await held(connection, relation, wanted.length, 'scanned')
  const count = await countIn(connection, table)
  const atOnce = Math.max(1, Math.min(batchRows, Math.floor(mostCells / wanted.length)))
  for (let from = 0; from < count; from += atOnce) {
    const rows = Math.min(atOnce, count - from)
    const some = `${table} LIMIT ${rows} OFFSET ${from}`
    const columns: TableColumn[] = []
    for (let start = 0; start < wanted.length; start += columnsAtOnce) {
      const part = wanted.slice(start, start + columnsAtOnce)
      columns.push(...(await readAll(connection, some, part, rows, signal)).columns)
    }
    yield { rows, columns }
  }
}
