import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toAppError } from '../../../shared/errors.ts'
import { shorten } from '../../../shared/lib/shorten.ts'
import { columnsAtOnce, type DuckDBConnection, type DuckDb, identifier, openDuckDb, textLiteral } from './duckdb.ts'
import { previewFile } from './preview.ts'
import type { Cell, QueryAnswer, QueryRequest, Questions } from './query-client.ts'
import { relate } from './relation.ts'
import { RowPlaces } from './row-places.ts'
import { warmUp } from './row-set.ts'

/** The long-lived process that answers questions about stored data for the engine. A question too long is ended by ending it. */
const temporaryFolder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'lathe-query-'))

interface Held {
  opened: Promise<DuckDb>
  /** Questions under way. */
  users: number
}

/** Databases over files that were asked for lately, each of which reaches its one file. */
const databases = new Map<string, Held>()
const mostDatabases = 4

/** Closes the database that was not asked for longest, of those that nobody uses, where there are too many. */
function closeOldest(): void {
  if (databases.size <= mostDatabases) return
  const oldest = [...databases].find(([, { users }]) => users === 0)
  if (!oldest) return
  databases.delete(oldest[0])
  void oldest[1].opened.then(database => database.close())
}

async function withFile<Answer>(file: string, ask: (connection: DuckDBConnection) => Promise<Answer>): Promise<Answer> {
  const held = databases.get(file) ?? {
    opened: openDuckDb({ temporaryFolder, files: [file], memoryLimit: '1GB', keepsMetadata: true }),
    users: 0,
  }
  held.opened.catch(() => databases.delete(file))
  databases.delete(file)
  databases.set(file, held)
  held.users += 1
  try {
    const connection = await (await held.opened).connect()
    try {
      return await ask(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    held.users -= 1
    closeOldest()
  }
}

const places = new RowPlaces(withFile)

async function rows(ask: Questions['rows']['ask']): Promise<Questions['rows']['answer']> {
  const { file, offset, limit, columns, view } = ask
  if (!view) {
    // By number only the rows' own part of the file is read, where an offset reads all before it.
    const found = await cellsWhere(
      file,
      columns,
      `file_row_number >= ${offset} AND file_row_number < ${offset + limit}`,
    )
    return { rows: [...found.values()], places: [...found.keys()], total: null }
  }
  const page = await places.page(file, view, offset, limit)
  const [found, total] = await Promise.all([rowsAt(file, columns, page.places), page.total])
  return { rows: found, places: page.places, total }
}

async function rowsAt(file: string, columns: string[] | null, places: number[]): Promise<Cell[][]> {
  if (places.length === 0) return []
  const found = await cellsWhere(file, columns, `file_row_number IN (${places.join(', ')})`)
  return places.map(place => found.get(place) ?? [])
}

/** Cells of the rows that fulfil a condition, by the row's number; of many columns some at a time, since DuckDB takes the square of them. */
async function cellsWhere(file: string, columns: string[] | null, condition: string): Promise<Map<number, Cell[]>> {
  const found = new Map<number, Cell[]>()
  for (const part of columns ? partsOf(columns) : [null]) {
    const wanted = part?.map(identifier).join(', ') ?? '* EXCLUDE (file_row_number)'
    const reader = await withFile(file, connection =>
      connection.runAndReadAll(
        `SELECT file_row_number, ${wanted} FROM read_parquet(${textLiteral(file)}, file_row_number = true) WHERE ${condition}`,
      ),
    )
    for (const [number, ...cells] of reader.getRowsJson()) {
      const place = Number(number)
      found.set(place, [...(found.get(place) ?? []), ...cells.map(plain)])
    }
  }
  return found
}

function partsOf(columns: string[]): string[][] {
  const count = Math.ceil(columns.length / columnsAtOnce)
  return Array.from({ length: count }, (_, i) => columns.slice(i * columnsAtOnce, (i + 1) * columnsAtOnce))
}

function plain(value: unknown): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  const text = String(value)
  return shorten(text, 10_000)
}

function answerTo(request: QueryRequest): Promise<unknown> {
  if (request.kind === 'rows') return rows(request.ask)
  if (request.kind === 'relation') {
    return withFile(request.ask.file, connection => relate(connection, request.ask))
  }
  return previewFile({ ...request.ask, temporaryFolder })
}

void warmUp()
process.on('disconnect', () => process.exit(0))
process.on('message', async (request: QueryRequest) => {
  try {
    process.send?.({
      id: request.id,
      answer: await answerTo(request),
    } satisfies QueryAnswer)
  } catch (error) {
    process.send?.({ id: request.id, error: toAppError(error).toJSON() } satisfies QueryAnswer)
  }
})
