import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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

/** Row numbers of a view: of its first rows with the count of all, and, as soon as a page behind them may be asked for, of all. */
interface Places {
  head: Promise<{ places: Uint32Array; total: number }> | null
  all: Promise<Uint32Array>
  /** A page waits for all of them. */
  hurry(): void
}

/** Views that were asked for lately, so that a further page of one is not sorted anew. */
const views = new Map<string, Places>()
const mostViews = 6
const headRows = 1000
/** In milliseconds: until the page that was asked for has been read. */
const restAfterMs = 200

/** Of a view the first rows are found first: to sort ten million takes seconds, to find the largest thousand does not. */
function placesOf(file: string, view: RowView): Places {
  const key = JSON.stringify(view)
  const places = views.get(key) ?? findPlaces(file, view)
  views.delete(key)
  views.set(key, places)
  places.all.catch(() => views.delete(key))
  if (views.size > mostViews) views.delete(views.keys().next().value!)
  return places
}

function findPlaces(file: string, view: RowView): Places {
  const read = (limit: string) =>
    withFile(file, connection => readPlaces(connection, `${view.select} ${view.order} ${limit}`, view.values))
  if (!view.hasHead) return { head: null, all: read(''), hurry() {} }
  const count = withFile(file, async connection => {
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM (${view.select})`, view.values)
    return Number(counted.getRows()[0]![0])
  })
  const head = Promise.all([read(`LIMIT ${headRows}`), count]).then(([places, total]) => ({ places, total }))
  const hurried = Promise.withResolvers<void>()
  const all = head.then(async ({ places, total }) => {
    if (places.length === total) return places
    await Promise.race([sleep(restAfterMs), hurried.promise])
    return read('')
  })
  return { head, all, hurry: hurried.resolve }
}

async function readPlaces(connection: DuckDBConnection, sql: string, values: RowView['values']): Promise<Uint32Array> {
  const result = await connection.stream(sql, values)
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

/** The row numbers of one page, and how many the view has. */
async function pageOf(file: string, view: RowView, offset: number, limit: number) {
  const { head, all, hurry } = placesOf(file, view)
  const first = await head
  if (first && (offset + limit <= first.places.length || first.places.length === first.total))
    return { places: [...first.places.subarray(offset, offset + limit)], total: first.total }
  hurry()
  const places = await all
  return { places: [...places.subarray(offset, offset + limit)], total: places.length }
}

async function rows(ask: Questions['rows']['ask']): Promise<Questions['rows']['answer']> {
  const { file, offset, limit, columns, view } = ask
  const wanted = columns?.map(identifier).join(', ')
  if (!view) {
    const sql = `SELECT ${wanted ?? '*'} FROM read_parquet(${textLiteral(file)}) LIMIT ${limit} OFFSET ${offset}`
    const reader = await withFile(file, connection => connection.runAndReadAll(sql))
    const found = reader.getRowsJson().map(row => row.map(plain))
    return { rows: found, places: found.map((_, i) => offset + i), total: null }
  }
  const { places, total } = await pageOf(file, view, offset, limit)
  if (places.length === 0) return { rows: [], places, total }
  const reader = await withFile(file, connection =>
    connection.runAndReadAll(
      `SELECT file_row_number, ${wanted ?? '* EXCLUDE (file_row_number)'} FROM read_parquet(${textLiteral(file)}, file_row_number = true)
       WHERE file_row_number IN (${places.join(', ')})`,
    ),
  )
  const byPlace = new Map(reader.getRowsJson().map(([place, ...cells]) => [Number(place), cells.map(plain)]))
  return { rows: places.map(place => byPlace.get(place) ?? []), places, total }
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
