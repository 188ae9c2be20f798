import type { DuckDBBlobValue, DuckDBUIntegerVector } from '@duckdb/node-api'
import { IndexBuilder, type WithFile } from './index-builder.ts'
import { RowSet } from './row-set.ts'
import type { RowView } from './row-view.ts'

/** Rows at the top of an order that are found by themselves while there is no index. */
const headRows = 500

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
 * Finds which rows stand on a page of a view. A filter becomes a set of rows, an order an index of its column, and a page is read off
 * both; while an index is not there, the top of an order is asked for by itself. Orders that no index can hold are sorted as a whole.
 */
export class RowPlaces {
  readonly indexes: IndexBuilder
  readonly #withFile: WithFile
  readonly #sets = new Recent<RowSet>(16)
  readonly #counts = new Recent<number>(64)
  readonly #heads = new Recent<Uint32Array>(16)
  readonly #sorted = new Recent<Uint32Array>(2)

  constructor(withFile: WithFile) {
    this.#withFile = withFile
    this.indexes = new IndexBuilder(withFile)
  }

  async page(file: string, view: RowView, offset: number, limit: number): Promise<{ places: number[]; total: number }> {
    const { sort, where } = view
    if (!sort) {
      if (!where) return this.#wholePage(file, view, offset, limit)
      const set = await this.#set(file, where)
      return { places: set.slice(offset, limit), total: set.total }
    }
    if (!this.indexes.ready(file, sort.column) && offset < headRows) {
      const [head, total] = await Promise.all([this.#head(file, view), this.#count(file, where)])
      // Not before: it would take from what is waited for.
      this.indexes.prepare(file, [sort.column])
      if (offset + limit <= head.length || head.length === total)
        return { places: [...head.subarray(offset, offset + limit)], total }
    }
    const index = await this.indexes.get(file, sort.column)
    if (!index) return this.#wholePage(file, view, offset, limit)
    const set = where && (await this.#set(file, where))
    return { places: index.slice(sort.isDescending, set, offset, limit), total: set ? set.total : index.rows }
  }

  /** Of a view that is worked out as a whole. */
  async #wholePage(file: string, view: RowView, offset: number, limit: number) {
    const places = await this.#sorted.take(JSON.stringify(view), () => this.#read(file, view, ''))
    return { places: [...places.subarray(offset, offset + limit)], total: places.length }
  }

  #head(file: string, view: RowView): Promise<Uint32Array> {
    return this.#heads.take(JSON.stringify(view), () => this.#read(file, view, `LIMIT ${headRows}`))
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

  #set(file: string, where: NonNullable<RowView['where']>): Promise<RowSet> {
    return this.#sets.take(JSON.stringify([file, where]), async () => {
      const rows = await this.#count(file, null)
      const bits = Math.ceil(rows / 8) * 8
      return this.#withFile(file, async connection => {
        const found = await connection.runAndReadAll(
          `SELECT CAST(bitstring_agg(file_row_number, 0, ${bits - 1}) AS BLOB)
           FROM read_parquet(?, file_row_number = true) WHERE ${where.sql}`,
          [file, ...where.values],
        )
        const blob = found.getRows()[0]![0] as DuckDBBlobValue | null
        return new RowSet(blob?.bytes ?? new Uint8Array(0))
      })
    })
  }

  #read(file: string, view: RowView, limit: string): Promise<Uint32Array> {
    return this.#withFile(file, async connection => {
      const result = await connection.stream(`${view.select} ${view.order} ${limit}`, view.values)
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
