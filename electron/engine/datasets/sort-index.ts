import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../../shared/errors.ts'
import type { IndexSink } from './ordered-columns.ts'
import type { RowSet } from './row-set.ts'
import type { ValueOrder } from './value-order.ts'

/** Of fewer rows DuckDB sorts a column as quickly as a page is wanted. */
const fewestRows = 200_000
/** A sort takes 25 bytes a row. */
const mostRows = 1 << 25
/** Of one file; columns that no longer fit have no index. */
const mostBytes = 2 ** 30
/** Places between two marks, and those that are read at once. */
const blockRows = 1 << 13
/** Places between two values that are kept. */
const fenceRows = 1 << 6

/** Places from one to before another. */
export type Range = [from: number, to: number]

/** Bytes of a column: the row numbers of a `ValueOrder`, then its bits, both as words of 32 bits, the least byte first. */
const columnBytes = (rows: number) => 4 * (rows + ((rows + 31) >>> 5))

/** Bytes of the values of a column that are kept: doubles, which stand behind all columns; files of versions before have none. */
const fenceBytes = (rows: number) => 8 * Math.ceil(rows / fenceRows)

/** Whether columns of so many rows are worth an index, and can have one. */
export const isIndexable = (rows: number) => rows >= fewestRows && rows <= mostRows

/** Writes the orders of columns into one file, one place after the other. */
export class SortIndexWriter {
  /** Names of the columns that have a place, in its order. */
  readonly columns: string[] = []
  readonly #fences = new Map<number, Float64Array>()
  readonly #handle: FileHandle
  readonly #rows: number

  private constructor(handle: FileHandle, rows: number) {
    this.#handle = handle
    this.#rows = rows
  }

  /** For columns of so many rows. */
  static async open(file: string, rows: number): Promise<SortIndexWriter> {
    return new SortIndexWriter(await open(file, 'wx'), rows)
  }

  /** Gives places to as many of these columns as there is room for, from the first on; each is to be written by its number among them. */
  reserve(names: string[]): IndexSink {
    const first = this.columns.length
    const taken = names.slice(0, Math.floor(mostBytes / (columnBytes(this.#rows) + fenceBytes(this.#rows))) - first)
    this.columns.push(...taken)
    return { indexes: taken.length, keep: (column, order) => this.#write(first + column, order) }
  }

  async #write(column: number, { values, rows, starts }: ValueOrder): Promise<void> {
    const position = column * columnBytes(this.#rows)
    await this.#writeAll(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), position)
    const bits = new Uint32Array((this.#rows + 31) >>> 5)
    bits.set(starts)
    await this.#writeAll(new Uint8Array(bits.buffer), position + rows.byteLength)
    const fences = new Float64Array(fenceBytes(this.#rows) / 8)
    for (let i = 0; i * fenceRows < values.length; i += 1) fences[i] = values[i * fenceRows]!
    this.#fences.set(column, fences)
  }

  async close(): Promise<void> {
    try {
      const position = this.columns.length * columnBytes(this.#rows)
      for (const [column, fences] of this.#fences)
        await this.#writeAll(new Uint8Array(fences.buffer), position + column * fenceBytes(this.#rows))
    } finally {
      await this.#handle.close()
    }
  }

  async #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; )
      done += (await this.#handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten
  }
}

/** A column in a file of sort indexes. */
export interface IndexedColumn {
  file: string
  /** Its number there, and how many there are. */
  column: number
  columns: number
  rows: number
  /** Rows in which it has a value. */
  present: number
}

/** Where each row of a dataset stands when its rows are sorted by a column: missing values last both ways, equal ones in the file's order. */
export class SortIndex {
  readonly rows: number
  /** Rows that have a value, which stand first. */
  readonly present: number
  readonly #descriptor: number
  readonly #position: number
  /** Where the values stand that are kept of it; null where none are. */
  readonly #fencesAt: number | null
  /** A bit a place, set where the value differs from the one before. */
  readonly #starts: Uint32Array
  /** Rows by ascending value, those of missing values last: the block that was read last. */
  readonly #block = new Uint32Array(blockRows)
  #blockAt = -1
  readonly #marks = new WeakMap<RowSet, { up: number[]; down: number[] }>()

  /** Its owner closes it. Throws what opening throws, and `digest-mismatch` where the file is too short. */
  constructor({ file, column, columns, rows, present }: IndexedColumn) {
    this.rows = rows
    this.present = present
    this.#position = column * columnBytes(rows)
    this.#descriptor = openSync(file, 'r')
    try {
      const fencesAt = columns * columnBytes(rows)
      const hasFences = fstatSync(this.#descriptor).size >= fencesAt + columns * fenceBytes(rows)
      this.#fencesAt = hasFences ? fencesAt + column * fenceBytes(rows) : null
      this.#starts = this.#read(new Uint32Array((present + 31) >>> 5), rows)
    } catch (error) {
      this.close()
      throw error
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** Rows from the `offset`th on in this order, at most `limit`; only those of the set where one is given. */
  slice(isDescending: boolean, set: RowSet | null, offset: number, limit: number): number[] {
    const found: number[] = []
    if (!set) {
      this.#walk(isDescending, offset, offset + limit, row => found.push(row))
      return found
    }
    const marks = this.#marksOf(set, isDescending)
    // Blocks behind the last mark are counted once.
    for (let at = marks.length; at * blockRows < this.rows && marks.at(-1)! <= offset; at += 1) {
      let count = marks.at(-1)!
      for (const [from, to] of this.#cover((at - 1) * blockRows, at * blockRows, isDescending))
        count += this.#countIn(set, from, to)
      marks.push(count)
    }
    let block = marks.length - 1
    while (block > 0 && marks[block]! > offset) block -= 1
    let skip = offset - marks[block]!
    for (let from = block * blockRows; from < this.rows && found.length < limit; from += blockRows) {
      this.#walk(isDescending, from, from + blockRows, row => {
        if (!set.has(row) || found.length === limit) return
        if (skip > 0) skip -= 1
        else found.push(row)
      })
    }
    return found
  }

  /** Rows at places by ascending value. */
  rowsAt([from, to]: Range): Uint32Array {
    return this.#read(new Uint32Array(to - from), from)
  }

  /** Between which places by ascending value the first stands that is no less than this, or larger where it is to be behind those that equal it. */
  boundsOf(value: number, isBehind: boolean): { from: number; to: number } {
    if (this.#fencesAt === null) return { from: 0, to: this.present }
    let low = 0
    let high = Math.ceil(this.present / fenceRows)
    while (low < high) {
      const middle = (low + high) >>> 1
      const fence = this.#fence(this.#fencesAt + 8 * middle)
      if (isBehind ? fence <= value : fence < value) low = middle + 1
      else high = middle
    }
    return {
      from: low === 0 ? 0 : this.#endOf((low - 1) * fenceRows),
      to: low * fenceRows < this.present ? this.#startOf(low * fenceRows) : this.present,
    }
  }

  #fence(position: number): number {
    return new Float64Array(this.#readBytes(new Uint8Array(8), position).buffer)[0]!
  }

  /** Places of the values that equal the one at a place, by ascending value. */
  groupOf(place: number): { from: number; to: number } {
    return { from: this.#startOf(place), to: this.#endOf(place) }
  }

  /** Rows of the set before each block of places, as far as they were counted. */
  #marksOf(set: RowSet, isDescending: boolean): number[] {
    const known = this.#marks.get(set) ?? { up: [0], down: [0] }
    this.#marks.set(set, known)
    return isDescending ? known.down : known.up
  }

  /** All rows from one place in this order to before another. */
  #walk(isDescending: boolean, start: number, end: number, see: (row: number) => void): void {
    const last = Math.min(end, this.rows)
    for (let place = start; place < last; ) {
      if (isDescending && this.#isAlone(this.present - 1 - place)) {
        see(this.rowAt(this.present - 1 - place))
        place += 1
        continue
      }
      const { from, to } = this.#stretch(place, isDescending)
      const until = Math.min(to, from + last - place)
      for (let at = from; at < until; at += 1) see(this.rowAt(at))
      place += until - from
    }
  }

  /** Places by ascending value that hold what stands from `start` to before `end`, as a few ranges in no order. */
  #cover(start: number, end: number, isDescending: boolean): Range[] {
    const present = this.present
    if (!isDescending || start >= present) return [[start, end]]
    if (end > present) return [...this.#cover(start, present, true), [present, end]]
    // Whole groups of equal values lie side by side; of the first and the last the front and the back may be left out.
    const first = this.#stretch(start, true)
    const whole = start + first.to - first.from
    if (whole >= end) return [[first.from, first.from + end - start]]
    if (end === present)
      return [
        [first.from, first.to],
        [0, present - whole],
      ]
    const last = this.#stretch(end, true)
    const from = this.#startOf(last.from)
    return [
      [first.from, first.to],
      [last.to, present - whole],
      [from, last.from],
    ]
  }

  /** Places by ascending value that hold what stands from `place` on, as far as they follow each other. */
  #stretch(place: number, isDescending: boolean): { from: number; to: number } {
    if (place >= this.present) return { from: place, to: this.rows }
    if (!isDescending) return { from: place, to: this.present }
    const start = this.#startOf(this.present - 1 - place)
    const to = this.#endOf(this.present - 1 - place)
    return { from: start + place - (this.present - to), to }
  }

  /** Whether no other value equals that at `place`. */
  #isAlone(place: number): boolean {
    return place >= 0 && this.#isStart(place) && (place + 1 === this.present || this.#isStart(place + 1))
  }

  #isStart(place: number): boolean {
    return ((this.#starts[place >>> 5]! >>> (place & 31)) & 1) === 1
  }

  /** The first place of those whose value is that at `place`. */
  #startOf(place: number): number {
    let word = place >>> 5
    let bits = this.#starts[word]! & (0xffffffff >>> (31 - (place & 31)))
    while (bits === 0) bits = this.#starts[--word]!
    return word * 32 + 31 - Math.clz32(bits)
  }

  /** Behind the last of them. */
  #endOf(place: number): number {
    let word = (place + 1) >>> 5
    let bits = (this.#starts[word] ?? 0) & (0xffffffff << ((place + 1) & 31))
    while (bits === 0 && word + 1 < this.#starts.length) bits = this.#starts[++word]!
    return bits === 0 ? this.present : word * 32 + 31 - Math.clz32(bits & -bits)
  }

  /** The row at a place by ascending value. */
  rowAt(place: number): number {
    const block = Math.floor(place / blockRows)
    if (block !== this.#blockAt) {
      this.#blockAt = -1
      const first = block * blockRows
      this.#read(this.#block.subarray(0, Math.min(blockRows, this.rows - first)), first)
      this.#blockAt = block
    }
    return this.#block[place - block * blockRows]!
  }

  /** How many rows of the set stand from one place to before another. */
  #countIn(set: RowSet, from: number, to: number): number {
    return set.countAmong(this.rowsAt([from, to]))
  }

  /** Fills words from the file, the first of which is the `first`th of this column. */
  #read(words: Uint32Array, first: number): Uint32Array {
    this.#readBytes(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), this.#position + 4 * first)
    return words
  }

  #readBytes<Bytes extends Uint8Array>(bytes: Bytes, position: number): Bytes {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#descriptor, bytes, done, bytes.length - done, position + done)
      if (read === 0) throw new AppError('digest-mismatch', 'The sort index of this dataset is cut short')
      done += read
    }
    return bytes
  }
}
