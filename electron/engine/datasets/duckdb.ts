import { mkdirSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../../shared/errors.ts'

export type { DuckDBConnection }

/** Loaded when first used: the engine imports this domain, and must not carry DuckDB's 90 MB. */
export const loadDuckDb = () => import('@duckdb/node-api')

export interface DuckDbOptions {
  /** Where it may spill; made when missing. */
  temporaryFolder: string
  /** Files it may read or write. Nothing else of the disk, and nothing of the network, is in its reach. */
  files: string[]
  memoryLimit?: string
  threads?: number
  signal?: AbortSignal
  /** What is read of a Parquet file's description is kept for the next question; for databases that live long. */
  keepsMetadata?: boolean
}

export interface DuckDb {
  connection: DuckDBConnection
  /** One more, with temporary tables of its own; its owner closes it. */
  connect(): Promise<DuckDBConnection>
  close(): void
}

/** An in-memory DuckDB that reaches the named files only; its settings are locked. An abort interrupts what it runs. */
export async function openDuckDb(options: DuckDbOptions): Promise<DuckDb> {
  mkdirSync(options.temporaryFolder, { recursive: true })
  const { DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit ?? '1GB',
    temp_directory: options.temporaryFolder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(options.threads ? { threads: String(options.threads) } : {}),
  })
  const connection = await instance.connect()
  if (options.keepsMetadata) {
    await connection.run('LOAD parquet')
    await connection.run('SET GLOBAL parquet_metadata_cache = true')
  }
  await connection.run(`SET allowed_paths = [${options.files.map(textLiteral).join(', ')}]`)
  await connection.run(`SET allowed_directories = [${textLiteral(options.temporaryFolder)}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  const interrupt = () => connection.interrupt()
  options.signal?.addEventListener('abort', interrupt)
  return {
    connection,
    connect: () => instance.connect(),
    close() {
      options.signal?.removeEventListener('abort', interrupt)
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** A text as SQL writes it. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as SQL writes it, whatever it holds. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** From this many columns on a relation is copied into memory before it is asked column by column: binding it anew is what costs. */
const wideColumns = 300

export const isWide = (columnCount: number) => columnCount >= wideColumns

/** The relation itself, or a temporary table of the same rows where it is wide (and therefore, as a rule, short) and none yet. */
export async function held(
  connection: DuckDBConnection,
  relation: string,
  columnCount: number,
  name: string,
): Promise<string> {
  if (!isWide(columnCount) || relation.startsWith('"')) return relation
  await connection.run(`CREATE TEMP TABLE ${identifier(name)} AS SELECT * FROM ${relation}`)
  return identifier(name)
}

/** Of a file these are read at once: what a query takes grows with the square of its columns, 20,000 of 200 rows took 50 s. */
export const columnsAtOnce = 1000

const columnsOfPart = 500

/**
 * Does `work` for so many columns at once, each time over a relation of these alone where there are many more: each query binds all columns of what
 * it asks, so that asking a few at a time would take the square of them. Results in the order of the columns.
 */
export async function inParts<Item extends { name: string }, Result>(
  connection: DuckDBConnection,
  relation: string,
  items: Item[],
  work: (relation: string, part: Item[], start: number) => Promise<Result[]>,
): Promise<Result[]> {
  if (items.length <= columnsOfPart) return work(relation, items, 0)
  const results: Result[] = []
  for (let start = 0; start < items.length; start += columnsOfPart) {
    const part = items.slice(start, start + columnsOfPart)
    const names = part.map(({ name }) => identifier(name)).join(', ')
    await connection.run(`CREATE OR REPLACE TEMP TABLE "some columns" AS SELECT ${names} FROM ${relation}`)
    results.push(...(await work('"some columns"', part, start)))
  }
  await connection.run('DROP TABLE "some columns"')
  return results
}

/** DuckDB's failures that are the machine's, as errors that a person can act on; null for those that are the data's. */
export function machineFailure(error: unknown): AppError | null {
  if (error instanceof AppError) return null
  const message = error instanceof Error ? error.message : String(error)
  if (/No space left|disk full|ENOSPC|Could not write|File too large/i.test(message)) {
    return new AppError('disk-full', 'There is no space left on the disk for this import', {
      mend: 'Free some space and import again; nothing of it was kept.',
      cause: error,
    })
  }
  if (/Out of Memory/i.test(message)) {
    return new AppError('out-of-memory', 'DuckDB ran out of its memory', {
      mend: 'Free some disk space for its overflow, or import fewer columns.',
      cause: error,
    })
  }
  if (/INTERRUPT/i.test(message)) return new AppError('cancelled', 'Cancelled')
  return null
}
