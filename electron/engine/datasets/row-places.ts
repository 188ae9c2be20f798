import type { DuckDBBlobValue, DuckDBUIntegerVector } from '@duckdb/node-api'
import type { DuckDBConnection } from './duckdb.ts'
import { RowSet } from './row-set.ts'
import type { RowView } from './row-view.ts'
import { type IndexedColumn, SortIndex } from './sort-index.ts'

export type WithFile = <Answer>(file: string, ask: (connection: DuckDBConnection) => Promise<Answer>) => Promise<Answer>

/** Rows at the top of a view that are found by themselves, before all of it is known. */
const headRows = 500
/** Rows from the first of a file, or of an order, on that a filter is tried on at first. */
const headOf = { file: 409_600, order: 256 }
/** Of indexes that are held open: an eighth of a byte a row. */
const mostIndexes = 8

/** Which rows stand on a page, and how many the view has, which may be known later. */
export interface Page {
  places: number[]
  total: number | Promise<number>
}

type Where = NonNullable<RowView['where']>

interface Order {
  index: IndexedColumn
  isDescending: boolean
}

/** Answers that were worked out lately, the oldest dropped; a failure is not kept. */
class Recent<Value> {
  readonly #most: number
  readonly #held = new Map<string, Promise<Value>>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: string): Promise<Value> | undefined {
    return this.#held.get(key)
  }

  take(key: string, make: () => Promise<Value>): Promise<Value> {
    const value = this.#held.get(key) ?? make()
    this.#held.delete(key)
    this.#held.set(key, value)
    value.catch(() => this.#held.delete(key))
    if (this.#held.size > this.#most) this.#held.delete(this.#held.keys().next().value!)
    return value
  }
}

/**
 * Finds which rows stand on a page of a view. A filter becomes a set of rows, an order is read off the sort index of its column, and a page off
 * both. Orders without an index are sorted as a whole, and their top is asked for by itself.
 */
export class RowPlaces {
  readonly #withFile: WithFile
  readonly #indexes = new Map<string, SortIndex>()
  readonly #sets = new Recent<RowSet>(16)
  readonly #counts = new Recent<number>(64)
  readonly #heads = new Recent<Uint32Array>(16)
  readonly #sorted = new Recent<Uint32Array>(2)

  constructor(withFile: WithFile) {
    this.#withFile = withFile
  }

  async page(file: string, view: RowView, index: IndexedColumn | null, offset: number, limit: number): Promise<Page> {
    const { sort, where } = view
    if (sort && !index) return this.#sortedPage(file, view, offset, limit)
    const order = sort && index && { index, isDescending: sort.isDescending }
    if (where) return this.#filteredPage(file, where, order, offset, limit)
    if (!order) return this.#wholePage(file, view, offset, limit)
    return { places: this.#placesIn(order, null, offset, limit), total: index.rows }
  }

  /**
   * In an order, or that of the file. The first pages of a filter that lets much through are read off the first rows, of which it is asked,
   * while the rest is only counted; the set that tells all other pages is made after that.
   */
  async #filteredPage(file: string, where: Where, order: Order | null, offset: number, limit: number): Promise<Page> {
    if (offset + limit <= headRows) {
      const head = await (order ? this.#headOfOrder(file, where, order) : this.#headOfFile(file, where))
      if (offset + limit <= head.length) {
        const total = this.#count(file, where)
        // Who needs it asks again where it fails.
        total.then(() => this.#set(file, where)).catch(() => {})
        return { places: [...head.subarray(offset, offset + limit)], total }
      }
    }
    const set = await this.#set(file, where)
    const places = order ? this.#placesIn(order, set, offset, limit) : set.slice(offset, limit)
    return { places, total: set.total }
  }

  /** By a column that has no index. */
  async #sortedPage(file: string, view: RowView, offset: number, limit: number): Promise<Page> {
    if (offset < headRows) {
      const [head, total] = await Promise.all([this.#head(file, view), this.#count(file, view.where)])
      if (offset + limit <= head.length || head.length === total)
        return { places: [...head.subarray(offset, offset + limit)], total }
    }
    return this.#wholePage(file, view, offset, limit)
  }

  /** At once, since the next question may close the index. */
  #placesIn({ index: column, isDescending }: Order, set: RowSet | null, offset: number, limit: number): number[] {
    const key = JSON.stringify(column)
    const index = this.#indexes.get(key) ?? new SortIndex(column)
    this.#indexes.delete(key)
    this.#indexes.set(key, index)
    for (const [oldest, held] of this.#indexes) {
      if (this.#indexes.size <= mostIndexes) break
      held.close()
      this.#indexes.delete(oldest)
    }
    return index.slice(isDescending, set, offset, limit)
  }

  /** Of a view that is worked out as a whole. */
  async #wholePage(file: string, view: RowView, offset: number, limit: number): Promise<Page> {
    const sql = `${view.select} ${view.order}`
    const places = await this.#sorted.take(JSON.stringify(view), () => this.#read(file, sql, view.values))
    return { places: [...places.subarray(offset, offset + limit)], total: places.length }
  }

  #head(file: string, view: RowView): Promise<Uint32Array> {
    const sql = `${view.select} ${view.order} LIMIT ${headRows}`
    return this.#heads.take(JSON.stringify(view), () => this.#read(file, sql, view.values))
  }

  /** The first rows that a filter lets through, of those that lie at the head of the file. */
  #headOfFile(file: string, where: Where): Promise<Uint32Array> {
    const sql = `SELECT CAST(file_row_number AS UINTEGER) FROM read_parquet(?, file_row_number = true)
      WHERE (${where.sql}) AND file_row_number < ${headOf.file} ORDER BY file_row_number LIMIT ${headRows}`
    return this.#heads.take(JSON.stringify([file, where]), () => this.#read(file, sql, [file, ...where.values]))
  }

  async #count(file: string, where: RowView['where']): Promise<number> {
    const key = JSON.stringify([file, where])
    const set = this.#sets.get(key)
    if (set) return (await set).total
    return this.#counts.take(key, () =>
      this.#withFile(file, async connection => {
        const counted = await connection.runAndReadAll(
          `SELECT count(*) FROM read_parquet(?, file_row_number = true) ${where ? `WHERE ${where.sql}` : ''}`,
          [file, ...(where?.values ?? [])],
        )
        return Number(counted.getRows()[0]![0])
      }),
    )
  }

  #set(file: string, where: Where): Promise<RowSet> {
    return this.#sets.take(JSON.stringify([file, where]), async () => {
      const rows = await this.#count(file, null)
      const bits = Math.ceil(rows / 8) * 8
      return this.#withFile(file, async connection => {
        const found = await connection.runAndReadAll(
          `SELECT CAST(bitstring_agg(CAST(file_row_number AS INTEGER), 0, ${bits - 1}) AS BLOB)
           FROM read_parquet(?, file_row_number = true) WHERE ${where.sql}`,
          [file, ...where.values],
        )
        const blob = found.getRows()[0]![0] as DuckDBBlobValue | null
        return new RowSet(blob?.bytes ?? new Uint8Array(0))
      })
    })
  }

  /** The same of those that lie at the head of an order, and in it. */
  #headOfOrder(file: string, where: Where, order: Order): Promise<Uint32Array> {
    return this.#heads.take(JSON.stringify([file, where, order]), async () => {
      const top = this.#placesIn(order, null, 0, headOf.order)
      const sql = `SELECT CAST(file_row_number AS UINTEGER) FROM read_parquet(?, file_row_number = true)
        WHERE (${where.sql}) AND file_row_number IN (${top.join(', ')})`
      const found = new Set(await this.#read(file, sql, [file, ...where.values]))
      return Uint32Array.from(top.filter(row => found.has(row)))
    })
  }

  #read(file: string, sql: string, values: (string | number)[]): Promise<Uint32Array> {
    return this.#withFile(file, async connection => {
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
    })
  }
}
