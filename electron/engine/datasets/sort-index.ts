import { closeSync, openSync, readSync } from 'node:fs'
import { AppError } from '../../../shared/errors.ts'
import type { RowSet } from './row-set.ts'

/** Places that are counted together. */
const blockRows = 1 << 13
/** Places between two values that are kept. */
export const fenceRows = 1 << 4
/** Rows that are read at once. */
export const rowsAtOnce = 1 << 16

/** Places from one to before another. */
export type Range = [from: number, to: number]

/** Words of a bit for each of so many rows. */
export const bitWords = (rows: number) => (rows + 31) >>> 5

/**
 * Bytes of a column: the row numbers of a `ValueOrder`, then its bits, both as words of 32 bits, the least byte first; then a byte for each row, the
 * number of its section, up to a multiple of 32.
 */
export const columnBytes = (rows: number) => 4 * (rows + bitWords(rows)) + 32 * bitWords(rows)

/** Sections of an order, of the same length but for the last ones. */
const sections = 128

/** How many places of an order of so many rows make a section. */
export const sectionRows = (rows: number) => Math.max(1, Math.ceil(rows / sections))

/** Bytes of the values of a column that are kept: doubles, which stand behind all columns. */
export const fenceBytes = (rows: number) => 8 * Math.ceil(rows / fenceRows)

/** A column in a file of sort indexes. */
export interface IndexedColumn {
  file: string
  /** Its number there, and how many there are. */
  column: number
  columns: number
  rows: number
  /** Rows in which it has a value. */
  present: number
  /** From which byte to before which its different values stand there, as a JSON array; null where they are no texts, or not kept. */
  texts: Range | null
}

/** Rows of a set among those at places of an order. */
interface Counts {
  /** Those before each block of places, and all of them; 0 where they are not counted yet. */
  before: Uint32Array
  /** They are counted up to those before `front`, and from those before `back` on. */
  front: number
  back: number
}

const lastRead = new Uint32Array(rowsAtOnce)

/** Where each row of a dataset stands when its rows are sorted by a column: missing values last both ways, equal ones in the file's order. */
export class SortIndex {
  readonly rows: number
  /** Rows that have a value, which stand first. */
  readonly present: number
  readonly #descriptor: number
  readonly #position: number
  /** Where the values stand that are kept of it. */
  readonly #fencesAt: number
  readonly #textsAt: Range | null
  /** A bit a place, set where the value differs from the one before. */
  readonly #starts: Uint32Array
  /** Rows by ascending value, those of missing values last: the block that was read last. */
  readonly #block = new Uint32Array(blockRows)
  #blockAt = -1
  readonly #counts = new WeakMap<RowSet, { up?: Counts; down?: Counts }>()

  /** Its owner closes it. Throws what opening throws, and `digest-mismatch` where the file is too short. */
  constructor({ file, column, columns, rows, present, texts }: IndexedColumn) {
    this.rows = rows
    this.present = present
    this.#position = column * columnBytes(rows)
    this.#fencesAt = columns * columnBytes(rows) + column * fenceBytes(rows)
    this.#textsAt = texts
    this.#descriptor = openSync(file, 'r')
    try {
      this.#starts = this.#read(new Uint32Array(bitWords(present)), rows)
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
    const end = Math.min(offset + limit, set.total)
    if (offset >= end) return found
    const counts = this.#countsOf(set, isDescending)
    const { before } = counts
    while (counts.front < counts.back && before[counts.front]! < end && before[counts.back]! > offset)
      this.#countNearer(counts, set, isDescending, offset)
    // Those before blocks that are not counted stand as 0.
    let block = 0
    while (before[block + 1]! <= offset) block += 1
    let skip = offset - before[block]!
    for (; block + 1 < before.length && found.length < end - offset; block += 1) {
      if (before[block] === before[block + 1]) continue
      this.#walk(isDescending, block * blockRows, (block + 1) * blockRows, row => {
        if (!set.has(row) || found.length === limit) return
        if (skip > 0) skip -= 1
        else found.push(row)
      })
    }
    return found
  }

  /** Rows at places by ascending value, `rowsAtOnce` at most; theirs is memory that the next reading uses again. */
  rowsAt([from, to]: Range): Uint32Array {
    return this.#read(lastRead.subarray(0, to - from), from)
  }

  /** In which section of the order rows stand, from the `first` on, 32 or a multiple of it, four to a word; in memory that the next reading uses again. */
  sectionsOf(first: number, count: number): Uint32Array {
    return this.#read(lastRead.subarray(0, count / 4), this.rows + bitWords(this.rows) + first / 4)
  }

  /** Its different values as a JSON array of texts, ascending; an empty one where they are not kept. */
  texts(): string {
    if (!this.#textsAt) return '[]'
    const [from, to] = this.#textsAt
    return Buffer.from(this.#readBytes(new Uint8Array(to - from), from).buffer).toString()
  }

  /** Places of some of its different values by ascending value, which are named by their numbers, ascending. */
  placesOf(values: readonly number[]): Range[] {
    const ranges: Range[] = []
    let number = 0
    let place = 0
    for (const value of values) {
      for (; number < value; number += 1) place = this.#endOf(place)
      const to = this.#endOf(place)
      const last = ranges.at(-1)
      if (last?.[1] === place) last[1] = to
      else ranges.push([place, to])
    }
    return ranges
  }

  /** Between which places by ascending value the first stands that is no less than this, or larger where it is to be behind those that equal it. */
  boundsOf(value: number, isBehind: boolean): { from: number; to: number } {
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

  #countsOf(set: RowSet, isDescending: boolean): Counts {
    const known = this.#counts.get(set) ?? {}
    this.#counts.set(set, known)
    const direction = isDescending ? 'down' : 'up'
    const back = Math.ceil(this.rows / blockRows)
    const counts = known[direction] ?? { before: new Uint32Array(back + 1), front: 0, back }
    counts.before[back] = set.total
    known[direction] = counts
    return counts
  }

  /** Counts one block more, from the end that a page is nearer to. */
  #countNearer(counts: Counts, set: RowSet, isDescending: boolean, offset: number): void {
    const { before, front, back } = counts
    const isFront = offset - before[front]! < before[back]! - offset
    const block = isFront ? front : back - 1
    let count = 0
    for (const range of this.#cover(block * blockRows, Math.min(this.rows, (block + 1) * blockRows), isDescending))
      count += set.countAmong(this.rowsAt(range))
    if (isFront) {
      before[front + 1] = before[front]! + count
      counts.front += 1
    } else {
      before[back - 1] = before[back]! - count
      counts.back -= 1
    }
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
