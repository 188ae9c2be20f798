import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toAppError } from '../../../shared/errors.ts'
import { type DuckDb, identifier, openDuckDb, textLiteral } from './duckdb.ts'
import { previewFile } from './preview.ts'
import type { Cell, QueryAnswer, QueryRequest, Questions } from './query-client.ts'
import type { RowView } from './row-view.ts'

/** The long-lived process that answers questions about stored data for the engine. A question too long is ended by ending it. */
const temporaryFolder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'lathe-query-'))

/** Row numbers of views that were asked for lately, so that a further page of one is not sorted anew. */
const views = new Map<string, Uint32Array>()
const mostViews = 6
/** 400 MB. */
const mostViewRows = 100_000_000

async function placesOf({ connection }: DuckDb, view: RowView): Promise<Uint32Array> {
  const key = JSON.stringify(view)
  const known = views.get(key)
  if (known) {
    views.delete(key)
    views.set(key, known)
    return known
  }
  const result = await connection.stream(view.sql, view.values)
  const parts: Uint32Array[] = []
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    parts.push(Uint32Array.from(chunk.getColumnValues(0) as number[]))
  }
  const places = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    places.set(part, at)
    at += part.length
  }
  views.set(key, places)
  const held = () => [...views.values()].reduce((sum, each) => sum + each.length, 0)
  while (views.size > 1 && (views.size > mostViews || held() > mostViewRows)) views.delete(views.keys().next().value!)
  return places
}

async function rows({
  file,
  offset,
  limit,
  columns,
  view,
}: Questions['rows']['ask']): Promise<Questions['rows']['answer']> {
  const database = await openDuckDb({ temporaryFolder, files: [file], memoryLimit: '1GB' })
  try {
    const { connection } = database
    const wanted = columns ? columns.map(identifier).join(', ') : '*'
    if (!view) {
      const sql = `SELECT ${wanted} FROM read_parquet(${textLiteral(file)}) LIMIT ${limit} OFFSET ${offset}`
      const found = (await connection.runAndReadAll(sql)).getRowsJson().map(row => row.map(plain))
      return { rows: found, places: found.map((_, i) => offset + i), total: null }
    }
    const all = await placesOf(database, view)
    const places = [...all.subarray(offset, offset + limit)]
    if (places.length === 0) return { rows: [], places: [], total: all.length }
    const reader = await connection.runAndReadAll(
      `SELECT file_row_number, ${columns ? wanted : '* EXCLUDE (file_row_number)'} FROM read_parquet(${textLiteral(file)}, file_row_number = true)
       WHERE file_row_number IN (${places.join(', ')})`,
    )
    const byPlace = new Map(reader.getRowsJson().map(([place, ...cells]) => [Number(place), cells.map(plain)]))
    return { rows: places.map(place => byPlace.get(place) ?? []), places, total: all.length }
  } finally {
    database.close()
  }
}

function plain(value: unknown): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  const text = String(value)
  return text.length > 10_000 ? `${text.slice(0, 10_000)}…` : text
}

function answerTo(request: QueryRequest): Promise<unknown> {
  return request.kind === 'rows' ? rows(request.ask) : previewFile({ ...request.ask, temporaryFolder })
}

process.on('disconnect', () => process.exit(0))
process.on('message', async (request: QueryRequest) => {
  try {
    process.send?.({ id: request.id, answer: await answerTo(request) } satisfies QueryAnswer)
  } catch (error) {
    process.send?.({ id: request.id, error: toAppError(error).toJSON() } satisfies QueryAnswer)
  }
})
