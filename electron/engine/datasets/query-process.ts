import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toAppError } from '../../../shared/errors.ts'
import { openDuckDb, textLiteral } from './duckdb.ts'
import type { QueryAnswer, QueryRequest } from './query-client.ts'

/** The long-lived process that answers questions about stored data for the engine. A question too long is ended by ending it. */
const temporaryFolder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'lathe-query-'))

async function page(request: QueryRequest): Promise<QueryAnswer['rows']> {
  const database = await openDuckDb({ temporaryFolder, files: [request.file], memoryLimit: '1GB' })
  try {
    const reader = await database.connection.runAndReadAll(
      `SELECT * FROM read_parquet(${textLiteral(request.file)}) LIMIT ${request.limit} OFFSET ${request.offset}`,
    )
    return reader.getRowsJson().map(row => row.map(plain))
  } finally {
    database.close()
  }
}

function plain(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  const text = String(value)
  return text.length > 10_000 ? `${text.slice(0, 10_000)}…` : text
}

process.on('disconnect', () => process.exit(0))
process.on('message', async (request: QueryRequest) => {
  try {
    process.send?.({ id: request.id, rows: await page(request) } satisfies QueryAnswer)
  } catch (error) {
    process.send?.({ id: request.id, rows: [], error: toAppError(error).toJSON() } satisfies QueryAnswer)
  }
})
