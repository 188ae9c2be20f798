import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBUIntegerVector } from '@duckdb/node-api'
import { toAppError } from '../../../shared/errors.ts'
import { type DuckDBConnection, type DuckDb, identifier, openDuckDb, textLiteral } from './duckdb.ts'
import { previewFile } from './preview.ts'
import type { Cell, QueryAnswer, QueryRequest, Questions } from './query-client.ts'
import { relate } from './relation.ts'
import type { RowView } from './row-view.ts'

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

/** Row numbers of views that were asked for lately, so that a further page of one is not sorted anew. */
const views = new Map<string, Promise<Uint32Array>>()
const mostViews = 6

function placesOf(connection: DuckDBConnection, view: RowView): Promise<Uint32Array> {
  const key = JSON.stringify(view)
  const places = views.get(key) ?? readPlaces(connection, view)
  views.delete(key)
  views.set(key, places)
  places.catch(() => views.delete(key))
  if (views.size > mostViews) views.delete(views.keys().next().value!)
  return places
}

async function readPlaces(connection: DuckDBConnection, view: RowView): Promise<Uint32Array> {
  const result = await connection.stream(view.sql, view.values)
  let places = new Uint32Array(1 << 16)
  let count = 0
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) return places.slice(0, count)
    if (count + chunk.rowCount > places.length) {
      const longer = new Uint32Array(places.length * 2)
      longer.set(places)
      places = longer
    }
    const vector = chunk.getColumnVector(0) as DuckDBUIntegerVector
    for (let i = 0; i < chunk.rowCount; i += 1) places[count + i] = vector.getItem(i)!
    count += chunk.rowCount
  }
}

function rows({ file, offset, limit, columns, view }: Questions['rows']['ask']): Promise<Questions['rows']['answer']> {
  return withFile(file, async connection => {
    const wanted = columns ? columns.map(identifier).join(', ') : '*'
    if (!view) {
      const sql = `SELECT ${wanted} FROM read_parquet(${textLiteral(file)}) LIMIT ${limit} OFFSET ${offset}`
      const found = (await connection.runAndReadAll(sql)).getRowsJson().map(row => row.map(plain))
      return { rows: found, places: found.map((_, i) => offset + i), total: null }
    }
    const all = await placesOf(connection, view)
    const places = [...all.subarray(offset, offset + limit)]
    if (places.length === 0) return { rows: [], places: [], total: all.length }
    const reader = await connection.runAndReadAll(
      `SELECT file_row_number, ${columns ? wanted : '* EXCLUDE (file_row_number)'} FROM read_parquet(${textLiteral(file)}, file_row_number = true)
       WHERE file_row_number IN (${places.join(', ')})`,
    )
    const byPlace = new Map(reader.getRowsJson().map(([place, ...cells]) => [Number(place), cells.map(plain)]))
    return { rows: places.map(place => byPlace.get(place) ?? []), places, total: all.length }
  })
}

function plain(value: unknown): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  const text = String(value)
  return text.length > 10_000 ? `${text.slice(0, 10_000)}…` : text
}

function answerTo(request: QueryRequest): Promise<unknown> {
  if (request.kind === 'rows') return rows(request.ask)
  if (request.kind === 'relation') {
    return withFile(request.ask.file, connection => relate(connection, request.ask))
  }
  return previewFile({ ...request.ask, temporaryFolder })
}

process.on('disconnect', () => process.exit(0))
process.on('message', async (request: QueryRequest) => {
  try {
    process.send?.({ id: request.id, answer: await answerTo(request) } satisfies QueryAnswer)
  } catch (error) {
    process.send?.({ id: request.id, error: toAppError(error).toJSON() } satisfies QueryAnswer)
  }
})
