import { setImmediate } from 'node:timers/promises'
import type { DuckDBBlobValue, DuckDBUIntegerVector } from '@duckdb/node-api'
import type { DuckDBConnection } from './duckdb.ts'
import { findStretches, guessStretches } from './find-stretches.ts'
import { RowMarks, type RowSet } from './row-set.ts'
import { allOf, type Condition, type RowView, type Sql, type Stretches } from './row-view.ts'
import { type IndexedColumn, type Range, rowsAtOnce, SortIndex, sectionRows } from './sort-index.ts'

export type WithFile = <Answer>(file: string, ask: (connection: DuckDBConnection) => Promise<Answer>) => Promise<Answer>

/** Rows at the top of a view that are found by themselves, before all of it is known. */
const headRows = 500
/** Rows from the first of a file, or of an order, on that a filter is tried on at first. */
const headOf = { file: 409_600, order: 160 }
/** One row in so many: fewer are sooner marked at places of their own than by what every row says of itself; that is looked through once for each range. */
const fewestInSections = 8
const mostSectionRanges = 4
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
/** What only one of both has, which are ascending ranges. */
function differenceOf(one: readonly Range[], other: readonly Range[]): Range[] {
  const ends = [...one, ...other].flat().sort((a, b) => a - b)
  return ends.flatMap((from, i): Range[] => (i % 2 === 0 && from < ends[i + 1]! ? [[from, ends[i + 1]!]] : []))
}

/** Sections of the order that come near to ranges of it, none where it is sooner to mark each row at a place of its own. */
function wholeSections(ranges: readonly Range[], rows: number): Range[] {
  if (ranges.length > mostSectionRanges) return sizeOf(ranges) > rows / 2 ? [[0, rows]] : []
  const nearest = (place: number) =>
    place === rows ? rows : Math.min(rows, Math.round(place / sectionRows(rows)) * sectionRows(rows))
  const whole = ranges.map(([from, to]): Range => [nearest(from), nearest(to)]).filter(([from, to]) => from < to)
  return sizeOf(whole) > rows / fewestInSections ? whole : []
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
   * In an order, or that of the file, by the set of the rows that are let through. Where the file has to be asked for that as a whole, the first
   * pages of a filter that lets much through are read off the first rows before, and how many there are is counted.
   */
  async #filteredPage(file: string, where: Where, order: Order | null, offset: number, limit: number): Promise<Page> {
    const own = where.length === 1 ? where[0]!.stretches : null
    if (own && order && isSame(own.index, order.index))
      return this.#partOfOrder(await this.#rangesOf(file, own), order, offset, limit)
    if (offset + limit <= headRows && where.some(({ stretches }) => !stretches)) {
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

  #rangesOf(file: string, stretches: Stretches): Promise<Range[]> {
    return this.#ranges.take(JSON.stringify([file, stretches]), () =>
      findStretches(
        stretches,
        file,
        () => this.#index(stretches.index),
        (sql, values) =>
          this.#withFile(file, async connection => (await connection.runAndReadAll(sql, values)).getRows()),
      ),
    )
  }

  /**
   * By the sections of the order that are let through, of which every row tells its own, then by the rows at both ends. The first is done by a guess
   * while the file is asked.
   */
  async #setInOrder(file: string, stretches: Stretches): Promise<RowSet> {
    const { index: column } = stretches
    const { rows } = column
    const asked = this.#rangesOf(file, stretches)
    const whole = wholeSections(guessStretches(stretches, this.#index(column)) ?? (await asked), rows)
    const marks = new RowMarks(rows)
    const length = sectionRows(rows)
    for (let first = 0; first < rows && whole.length > 0; first += rowsAtOnce) {
      const sections = this.#index(column).sectionsOf(first, Math.min(rowsAtOnce, Math.ceil((rows - first) / 32) * 32))
      for (const [from, to] of whole) marks.addSections(first, sections, from / length, Math.ceil(to / length))
      // Other questions have their turn.
      await setImmediate()
    }
    for (const [from, to] of differenceOf(whole, await asked)) {
      for (let start = from; start < to; start += rowsAtOnce) {
        marks.flip(this.#index(column).rowsAt([start, Math.min(to, start + rowsAtOnce)]))
        await setImmediate()
      }
    }
    return marks.toSet()
  }

  async #setInFile(file: string, where: Where): Promise<RowSet> {
    const { sql, values }: Sql = allOf(where)
    const rows = await this.#count(file, null)
    return this.#withFile(file, async connection => {
      const found = await connection.runAndReadAll(
        `SELECT CAST(bitstring_agg(CAST(file_row_number AS INTEGER), 0, ${Math.ceil(rows / 8) * 8 - 1}) AS BLOB)
         FROM read_parquet(?, file_row_number = true) WHERE ${sql}`,
        [file, ...values],
      )
      const marks = new RowMarks(rows)
      const blob = found.getRows()[0]![0] as DuckDBBlobValue | null
      if (blob) marks.addBits(blob.bytes)
      return marks.toSet()
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
