import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBDoubleVector, DuckDBResult } from '@duckdb/node-api'
import { AppError } from '../../../shared/errors.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { ColumnType, RowFilter } from '../../../shared/model/dataset.ts'
import { columnsAtOnce, type DuckDBConnection, identifier, openDuckDb, textLiteral } from './duckdb.ts'
import { rowView } from './row-view.ts'

const mostLiterals = 10_000

/** A column of a relation, and how it is read. */
export interface Wanted {
  name: string
  type: ColumnType
  /** SQL that gives DOUBLE (missing NULL; dates as milliseconds since 1970 UTC) or VARCHAR. */
  expression: string
}

function numericSql(expression: string, type: ColumnType): string {
  if (type === 'date' || type === 'datetime') return `epoch_ms(CAST(${expression} AS TIMESTAMP))::DOUBLE`
  return `CAST(${expression} AS DOUBLE)`
}

/**
 * Gathers the chunks of a result into columns for `expectedRows`, which grow by doubling where there are more; `take` gives what there is and
 * starts anew. Exactly so many are never in memory twice.
 */
class Gatherer {
  readonly #wanted: Wanted[]
  readonly #expectedRows: number
  #rows = 0
  #numbers: (Float64Array | null)[] = []
  #codes: (Int32Array | null)[] = []
  #dictionaries: Map<string, number>[] = []

  constructor(wanted: Wanted[], expectedRows: number) {
    this.#wanted = wanted
    this.#expectedRows = expectedRows
    this.#startAnew()
  }

  get rows(): number {
    return this.#rows
  }

  add(chunk: NonNullable<Awaited<ReturnType<DuckDBResult['fetchChunk']>>>): void {
    const count = chunk.rowCount
    this.#grow(this.#rows + count)
    for (let i = 0; i < this.#wanted.length; i += 1) {
      const vector = chunk.getColumnVector(i)
      const numbers = this.#numbers[i]
      if (numbers) {
        // The query casts every numeric column to DOUBLE.
        const doubles = vector as DuckDBDoubleVector
        for (let row = 0; row < count; row += 1) numbers[this.#rows + row] = doubles.getItem(row) ?? Number.NaN
        continue
      }
      const codes = this.#codes[i]!
      const dictionary = this.#dictionaries[i]!
      for (let row = 0; row < count; row += 1) {
        const text = vector.getItem(row) as string | null
        let code = -1
        if (text !== null) {
          code = dictionary.get(text) ?? dictionary.size
          if (code === dictionary.size) dictionary.set(text, code)
        }
        codes[this.#rows + row] = code
      }
    }
    this.#rows += count
  }

  take(): Table {
    const columns: TableColumn[] = this.#wanted.map(({ name, type }, i) =>
      type === 'text'
        ? {
            name,
            type,
            kind: 'text',
            codes: this.#whole(this.#codes[i]!),
            dictionary: [...this.#dictionaries[i]!.keys()],
          }
        : { name, type, kind: 'numeric', values: this.#whole(this.#numbers[i]!) },
    )
    const table = { rows: this.#rows, columns }
    this.#startAnew()
    return table
  }

  #startAnew(): void {
    this.#rows = 0
    this.#numbers = this.#wanted.map(({ type }) => (type === 'text' ? null : new Float64Array()))
    this.#codes = this.#wanted.map(({ type }) => (type === 'text' ? new Int32Array() : null))
    this.#dictionaries = this.#wanted.map(() => new Map())
  }

  #whole<Values extends Float64Array | Int32Array>(values: Values): Values {
    return values.length === this.#rows ? values : (values.slice(0, this.#rows) as Values)
  }

  #grow(needed: number): void {
    const longer = <Values extends Float64Array | Int32Array>(
      values: Values,
      make: (length: number) => Values,
    ): Values => {
      if (values.length >= needed) return values
      const grown = make(Math.max(needed, values.length * 2, this.#expectedRows))
      grown.set(values)
      return grown
    }
    this.#numbers = this.#numbers.map(values => values && longer(values, length => new Float64Array(length)))
    this.#codes = this.#codes.map(values => values && longer(values, length => new Int32Array(length)))
  }
}

/** Gives what a relation holds in batches, in its order. */
export async function* gather(
  connection: DuckDBConnection,
  relation: string,
  wanted: Wanted[],
  { batchRows, expectedRows }: { batchRows: number; expectedRows: number },
  signal?: AbortSignal,
): AsyncGenerator<Table> {
  const select = wanted.map(
    ({ name, type, expression }) =>
      `${type === 'text' ? expression : numericSql(expression, type)} AS ${identifier(name)}`,
  )
  const result = await connection.stream(`SELECT ${select.length ? select.join(', ') : '1'} FROM ${relation}`)
  const gatherer = new Gatherer(wanted, expectedRows)
  for (;;) {
    const chunk = await result.fetchChunk()
    signal?.throwIfAborted()
    if (!chunk || chunk.rowCount === 0) break
    gatherer.add(chunk)
    if (gatherer.rows >= batchRows) yield gatherer.take()
  }
  if (gatherer.rows > 0) yield gatherer.take()
}

/**
 * Columns of a dataset version's Parquet file in memory, all when none are named: its rows in their order, or those at `rows` (from 0), in that order,
 * with no others ever in memory.
 */
export async function readTable(
  parquetFile: string,
  options: { columns?: string[]; rows?: Int32Array; signal?: AbortSignal } = {},
): Promise<Table> {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'lathe-read-'))
  const database = await openDuckDb({
    temporaryFolder,
    files: [parquetFile],
    memoryLimit: '2GB',
    keepsMetadata: true,
    signal: options.signal,
  })
  try {
    const relation = `read_parquet(${textLiteral(parquetFile)})`
    const described = await database.connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`)
    const types: Record<string, ColumnType> = {
      DOUBLE: 'number',
      BIGINT: 'integer',
      BOOLEAN: 'boolean',
      DATE: 'date',
      TIMESTAMP: 'datetime',
    }
    const all: Wanted[] = described.getRowsJS().map(([name, type]) => ({
      name: String(name),
      type: types[String(type)] ?? 'text',
      expression: identifier(String(name)),
    }))
    const byName = new Map(all.map(column => [column.name, column]))
    const wanted = options.columns
      ? options.columns.map(name => {
          const found = byName.get(name)
          if (!found)
            throw new AppError('bad-input', `The dataset has no column "${name}"`, { details: { lacks: name } })
          return found
        })
      : all
    const { rows, signal } = options
    const places = rows && Int32Array.from(new Set(rows)).sort()
    const some = places?.length
      ? `read_parquet(${textLiteral(parquetFile)}, file_row_number = true)
      WHERE file_row_number IN (${await placesSql(database.connection, places)})`
      : relation
    const count = places?.length ?? (await countIn(database.connection, relation))
    const table: Table = { rows: rows?.length ?? count, columns: [] }
    for (let start = 0; start < wanted.length; start += columnsAtOnce) {
      const part = wanted.slice(start, start + columnsAtOnce)
      if (!rows) table.columns.push(...(await readAll(database.connection, relation, part, count, signal)).columns)
      else if (count === 0) table.columns.push(...new Gatherer(part, 0).take().columns)
      else table.columns.push(...(await readPlaces(database.connection, some, part, rows, count, signal)).columns)
    }
    return table
  } finally {
    database.close()
    await rm(temporaryFolder, { recursive: true, force: true })
  }
}

/** The rows at these places, in their order. */
async function readPlaces(
  connection: DuckDBConnection,
  relation: string,
  wanted: Wanted[],
  rows: Int32Array,
  expectedRows: number,
  signal?: AbortSignal,
): Promise<Table> {
  const placed = { name: 'place', type: 'number', expression: 'file_row_number' } satisfies Wanted
  const { columns, ...read } = await readAll(connection, relation, [...wanted, placed], expectedRows, signal)
  // DuckDB gives them in no order.
  const found = columns.pop() as TableColumn & { kind: 'numeric' }
  const at = new Map(Array.from(found.values, (place, i) => [place, i]))
  return selectRows(
    { ...read, columns },
    rows.map(place => at.get(place)!),
  )
}

/** Few stand in the query itself, so that no more of the file is read than is needed. */
async function placesSql(connection: DuckDBConnection, places: Int32Array): Promise<string> {
  if (places.length <= mostLiterals) return places.join(', ')
  await connection.run('CREATE TEMP TABLE places (place INTEGER)')
  const appender = await connection.createAppender('places')
  for (const place of places) {
    appender.appendInteger(place)
    appender.endRow()
  }
  appender.closeSync()
  return 'FROM places'
}

export async function readAll(
  connection: DuckDBConnection,
  relation: string,
  wanted: Wanted[],
  expectedRows: number,
  signal?: AbortSignal,
): Promise<Table> {
  const rows = { batchRows: Number.POSITIVE_INFINITY, expectedRows }
  for await (const table of gather(connection, relation, wanted, rows, signal)) return table
  return new Gatherer(wanted, 0).take()
}

export async function countIn(connection: DuckDBConnection, relation: string): Promise<number> {
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`)
  return Number(counted.getRowsJS()[0]![0])
}

/** Rows of a dataset version's Parquet file. */
export async function countRows(parquetFile: string, signal?: AbortSignal): Promise<number> {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'lathe-read-'))
  const database = await openDuckDb({ temporaryFolder, files: [parquetFile], signal })
  try {
    return await countIn(database.connection, `read_parquet(${textLiteral(parquetFile)})`)
  } finally {
    database.close()
    await rm(temporaryFolder, { recursive: true, force: true })
  }
}

/** Places (from 0, ascending) of the rows of a dataset version's Parquet file that fulfil all of these. Throws `bad-input` for a column that is not there. */
export async function placesWhere(
  parquetFile: string,
  columns: { name: string; type: ColumnType }[],
  where: RowFilter[],
  signal?: AbortSignal,
): Promise<Int32Array> {
  const view = rowView(parquetFile, columns, { where, order: null, repeated: false })
  if (!view) throw new AppError('bad-input', 'It is not said which rows are wanted')
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'lathe-read-'))
  const database = await openDuckDb({ temporaryFolder, files: [parquetFile], memoryLimit: '1GB', signal })
  try {
    const result = await database.connection.stream(view.select, view.values)
    const places: number[] = []
    for (;;) {
      const chunk = await result.fetchChunk()
      signal?.throwIfAborted()
      if (!chunk || chunk.rowCount === 0) return Int32Array.from(places).sort()
      const vector = chunk.getColumnVector(0)
      for (let row = 0; row < chunk.rowCount; row += 1) places.push(Number(vector.getItem(row)))
    }
  } finally {
    database.close()
    await rm(temporaryFolder, { recursive: true, force: true })
  }
}
