import { setImmediate } from 'node:timers/promises'
import type { DuckDBBlobValue, DuckDBUIntegerVector } from '@duckdb/node-api'
import type { DuckDBConnection } from './duckdb.ts'
import { findTurns } from './find-turns.ts'
import { markRows, RowSet } from './row-set.ts'
import { allOf, type Condition, type RowView, type Sql, type Stretches } from './row-view.ts'
import { type IndexedColumn, type Range, SortIndex } from './sort-index.ts'

export type WithFile = <Answer>(file: string, ask: (connection: DuckDBConnection) => Promise<Answer>) => Promise<Answer>

/** Rows at the top of a view that are found by themselves, before all of it is known. */
const headRows = 500
/** Rows from the first of a file, or of an order, on that a filter is tried on at first. */
const headOf = { file: 409_600, order: 160 }
/** Rows that are marked in a set before other questions have their turn. */
const rowsAtOnce = 1 << 16
/** Of indexes that are held open: an eighth of a byte a row. */
const mostIndexes = 8

/** Which rows stand on a page, and how many the view has, which may be known later. */
export interface Page {
  places: number[]
  total: number | Promise<number>
}

type Where = readonly Condition[]

interface Order {
  index: IndexedColumn
  isDescending: boolean
}

const isSame = (one: IndexedColumn, other: IndexedColumn) => one.file === other.file && one.column === other.column
const sizeOf = (ranges: readonly Range[]) => ranges.reduce((sum, [from, to]) => sum + to - from, 0)
/** What ascending ranges leave out. */
const gapsOf = (ranges: readonly Range[], rows: number) =>
  [...ranges, [rows, rows] as Range].map(([from], i): Range => [ranges[i - 1]?.[1] ?? 0, from])

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
  readonly #ranges = new Recent<Range[]>(64)
  readonly #sets = new Recent<RowSet>(16)
  readonly #counts = new Recent<number>(64)
  readonly #heads = new Recent<Uint32Array>(16)
  readonly #sorted = new Recent<Uint32Array>(2)

  constructor(withFile: WithFile) {
    this.#withFile = withFile
  }

  async page(file: string, view: RowView, offset: number, limit: number): Promise<Page> {
    const { sort, where } = view
    if (sort && !sort.index) return this.#sortedPage(file, view, offset, limit)
    const order = sort?.index ? { index: sort.index, isDescending: sort.isDescending } : null
    if (where) return this.#filteredPage(file, where, order, offset, limit)
    if (!order) return this.#wholePage(file, view, offset, limit)
    return { places: this.#placesIn(order, null, offset, limit), total: order.index.rows }
  }

  /**
   * In an order, or that of the file. The first pages of a filter that lets much through are read off the first rows, of which it is asked; how
   * many there are is told by the order of its column, or counted; the set that tells all other pages is made after that.
   */
  async #filteredPage(file: string, where: Where, order: Order | null, offset: number, limit: number): Promise<Page> {
    const own = where.length === 1 ? where[0]!.stretches : null
    if (own && order && isSame(own.index, order.index))
      return this.#partOfOrder(await this.#rangesOf(file, own), order, offset, limit)
    if (offset + limit <= headRows) {
      if (own) this.#rangesOf(file, own).catch(() => {})
      const head = await (order ? this.#headOfOrder(file, where, order) : this.#headOfFile(file, where))
      if (offset + limit <= head.length) {
        const total = this.#total(file, where)
        // Who needs it asks again where it fails.
        total.then(() => this.#set(file, where)).catch(() => {})
        return { places: [...head.subarray(offset, offset + limit)], total }
      }
    }
    const set = await this.#set(file, where)
    const places = order ? this.#placesIn(order, set, offset, limit) : set.slice(offset, limit)
    return { places, total: set.total }
  }

  /** Filtered and sorted by one column. */
  #partOfOrder(ranges: Range[], order: Order, offset: number, limit: number): Page {
    const { present } = order.index
    const isBehind = ([from]: Range) => from >= present
    const parts = order.isDescending
      ? [
          ...ranges
            .flatMap((range): Range[] => (isBehind(range) ? [] : [[present - range[1], present - range[0]]]))
            .reverse(),
          ...ranges.filter(isBehind),
        ]
      : ranges
    const places: number[] = []
    let total = 0
    for (const [from, to] of parts) {
      const skip = Math.max(0, offset - total)
      const count = Math.min(to - from - skip, limit - places.length)
      if (count > 0) places.push(...this.#placesIn(order, null, from + skip, count))
      total += to - from
    }
    return { places, total }
  }

  async #total(file: string, where: Where): Promise<number> {
    const own = where.length === 1 ? where[0]!.stretches : null
    if (own) return sizeOf(await this.#rangesOf(file, own))
    if (where.some(({ stretches }) => stretches)) return (await this.#set(file, where)).total
    return this.#count(file, where)
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

  #placesIn({ index, isDescending }: Order, set: RowSet | null, offset: number, limit: number): number[] {
    return this.#index(index).slice(isDescending, set, offset, limit)
  }

  /** To be used at once, since the next question may close it. */
  #index(column: IndexedColumn): SortIndex {
    const key = JSON.stringify(column)
    const index = this.#indexes.get(key) ?? new SortIndex(column)
    this.#indexes.delete(key)
    this.#indexes.set(key, index)
    for (const [oldest, held] of this.#indexes) {
      if (this.#indexes.size <= mostIndexes) break
      held.close()
      this.#indexes.delete(oldest)
    }
    return index
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
    const all = allOf(where)
    const sql = `SELECT CAST(file_row_number AS UINTEGER) FROM read_parquet(?, file_row_number = true)
      WHERE ${all.sql} AND file_row_number < ${headOf.file} ORDER BY file_row_number LIMIT ${headRows}`
    return this.#heads.take(JSON.stringify([file, where]), () => this.#read(file, sql, [file, ...all.values]))
  }

  async #count(file: string, where: Where | null): Promise<number> {
    const key = JSON.stringify([file, where])
    const set = this.#sets.get(key)
    if (set) return (await set).total
    const { sql, values } = allOf(where ?? [])
    return this.#counts.take(key, () =>
      this.#withFile(file, async connection => {
        const counted = await connection.runAndReadAll(
          `SELECT count(*) FROM read_parquet(?, file_row_number = true) ${where ? `WHERE ${sql}` : ''}`,
          [file, ...values],
        )
        return Number(counted.getRows()[0]![0])
      }),
    )
  }

  /** Of each condition that an order tells, one of all others together, and what these have in common. */
  #set(file: string, where: Where): Promise<RowSet> {
    const told = where.filter(({ stretches }) => stretches)
    const others = where.filter(({ stretches }) => !stretches)
    const parts = [...told.map(condition => [condition]), ...(others.length ? [others] : [])]
    return this.#sets.take(JSON.stringify([file, where]), async () => {
      if (parts.length > 1)
        return (await Promise.all(parts.map(part => this.#set(file, part)))).reduce((all, part) => all.and(part))
      return told[0]?.stretches ? this.#setInOrder(file, told[0].stretches) : this.#setInFile(file, others)
    })
  }

  /** Places by ascending value of what a condition lets through; the file is asked about a few rows only. */
  #rangesOf(file: string, stretches: Stretches): Promise<Range[]> {
    return this.#ranges.take(JSON.stringify([file, stretches]), async () => {
      const { index: column, turns, isIn, isMissingIn } = stretches
      const tests = turns.map(({ sql }) => sql)
      const values = turns.flatMap(turn => turn.values)
      const ask = (rows: number[]) =>
        this.#withFile(file, async connection => {
          const asked = await connection.runAndReadAll(
            `SELECT file_row_number, ${tests.join(', ')} FROM read_parquet(?, file_row_number = true)
             WHERE file_row_number IN (${rows.join(', ')})`,
            [...values, file],
          )
          return new Map(asked.getRows().map(([row, ...answers]) => [Number(row), answers.map(Boolean)]))
        })
      const ends = await findTurns(() => this.#index(column), turns, ask)
      const ranges = isIn.map((_, i): Range => [ends[i - 1] ?? 0, ends[i] ?? column.present])
      return [...ranges.filter((_, i) => isIn[i]), ...(isMissingIn ? [[column.present, column.rows] as Range] : [])]
    })
  }

  async #setInOrder(file: string, stretches: Stretches): Promise<RowSet> {
    const { index: column } = stretches
    const ranges = await this.#rangesOf(file, stretches)
    // Of most rows the others are marked.
    const isMost = sizeOf(ranges) > column.rows / 2
    const bits = new Uint8Array(Math.ceil(column.rows / 8))
    for (const [from, to] of isMost ? gapsOf(ranges, column.rows) : ranges) {
      for (let start = from; start < to; start += rowsAtOnce) {
        markRows(bits, this.#index(column).rowsAt([start, Math.min(to, start + rowsAtOnce)]))
        await setImmediate()
      }
    }
    const set = new RowSet(bits)
    return isMost ? set.complement(column.rows) : set
  }

  async #setInFile(file: string, where: Where): Promise<RowSet> {
    const { sql, values }: Sql = allOf(where)
    const bits = Math.ceil((await this.#count(file, null)) / 8) * 8
    return this.#withFile(file, async connection => {
      const found = await connection.runAndReadAll(
        `SELECT CAST(bitstring_agg(CAST(file_row_number AS INTEGER), 0, ${bits - 1}) AS BLOB)
         FROM read_parquet(?, file_row_number = true) WHERE ${sql}`,
        [file, ...values],
      )
      const blob = found.getRows()[0]![0] as DuckDBBlobValue | null
      return new RowSet(blob?.bytes ?? new Uint8Array(0))
    })
  }

  /** The same of those that lie at the head of an order, and in it. */
  #headOfOrder(file: string, where: Where, order: Order): Promise<Uint32Array> {
    return this.#heads.take(JSON.stringify([file, where, order]), async () => {
      const top = this.#placesIn(order, null, 0, headOf.order)
      const all = allOf(where)
      const sql = `SELECT CAST(file_row_number AS UINTEGER) FROM read_parquet(?, file_row_number = true)
        WHERE ${all.sql} AND file_row_number IN (${top.join(', ')})`
      const found = new Set(await this.#read(file, sql, [file, ...all.values]))
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
