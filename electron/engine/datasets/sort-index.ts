import type { RowSet } from './row-set.ts'

/** Keys of a column, in the order of the file: unsigned 64-bit numbers as two halves, whose order is that of the values. */
export interface SortKeys {
  low: Uint32Array
  high: Uint32Array
  /** 1 where the value is missing. */
  isMissing: Uint8Array
}

const digitBits = 11
const digits = 1 << digitBits
/** Rows between two moments at which other work may come first; a few milliseconds. */
const stepRows = 1 << 19
/** Places between two marks. */
const blockRows = 1 << 13

/** Where each row of a file stands when its rows are sorted by a column: missing values last both ways, equal ones in the file's order. */
export class SortIndex {
  /** Rows by ascending value, those of missing values last. */
  readonly #rows: Uint32Array
  /** A bit a place, set where the value differs from the one before. */
  readonly #starts: Uint32Array
  readonly #present: number
  readonly #marks = new WeakMap<RowSet, { up: number[]; down: number[] }>()

  private constructor(rows: Uint32Array, starts: Uint32Array, present: number) {
    this.#rows = rows
    this.#starts = starts
    this.#present = present
  }

  get rows(): number {
    return this.#rows.length
  }

  get sizeBytes(): number {
    return this.#rows.byteLength + this.#starts.byteLength
  }

  /** A radix sort from the least digit, which yields so that it can be done in small steps. Takes the keys for its own use. */
  static *build({ low, high, isMissing }: SortKeys): Generator<void, SortIndex> {
    const count = low.length
    let rows: Uint32Array = new Uint32Array(count)
    let present = 0
    for (let row = 0; row < count; row += 1) if (isMissing[row] === 0) rows[present++] = row
    for (let row = 0, at = present; at < count; row += 1) if (isMissing[row] !== 0) rows[at++] = row
    yield
    let spareRows: Uint32Array = new Uint32Array(count)
    spareRows.set(rows.subarray(present), present)
    // Keys without gaps, in place, since a row never moves back.
    for (let i = 0; present < count && i < present; i += 1) {
      low[i] = low[rows[i]!]!
      high[i] = high[rows[i]!]!
    }
    yield
    let keys: Halves = { low, high }
    let spare: Halves = { low: new Uint32Array(present), high: new Uint32Array(present) }
    for (const half of ['low', 'high'] as const) {
      for (let shift = 0; shift < 32; shift += digitBits) {
        const from = keys[half]
        const place = new Uint32Array(digits)
        for (let start = 0; start < present; start += stepRows) {
          const end = Math.min(present, start + stepRows)
          tally(from, shift, place, start, end)
          yield
        }
        if (place.includes(present)) continue
        for (let digit = 0, sum = 0; digit < digits; digit += 1) {
          const here = place[digit]!
          place[digit] = sum
          sum += here
        }
        for (let start = 0; start < present; start += stepRows) {
          scatter(keys, rows, spare, spareRows, place, from, shift, start, Math.min(present, start + stepRows))
          yield
        }
        ;[keys, spare] = [spare, keys]
        ;[rows, spareRows] = [spareRows, rows]
      }
    }
    const starts = new Uint32Array((present + 31) >>> 5)
    for (let i = 0; i < present; i += 1) {
      if (i === 0 || keys.low[i] !== keys.low[i - 1] || keys.high[i] !== keys.high[i - 1])
        starts[i >>> 5]! |= 1 << (i & 31)
    }
    return new SortIndex(rows, starts, present)
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
        count += set.countAmong(this.#rows, from, to)
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
      if (isDescending && this.#isAlone(this.#present - 1 - place)) {
        see(this.#rows[this.#present - 1 - place]!)
        place += 1
        continue
      }
      const { from, to } = this.#stretch(place, isDescending)
      const until = Math.min(to, from + last - place)
      for (let at = from; at < until; at += 1) see(this.#rows[at]!)
      place += until - from
    }
  }

  /** Places by ascending value that hold what stands from `start` to before `end`, as a few ranges in no order. */
  #cover(start: number, end: number, isDescending: boolean): [from: number, to: number][] {
    const present = this.#present
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
    if (place >= this.#present) return { from: place, to: this.#rows.length }
    if (!isDescending) return { from: place, to: this.#present }
    const start = this.#startOf(this.#present - 1 - place)
    const to = this.#endOf(this.#present - 1 - place)
    return { from: start + place - (this.#present - to), to }
  }

  /** Whether no other value equals that at `place`. */
  #isAlone(place: number): boolean {
    return place >= 0 && this.#isStart(place) && (place + 1 === this.#present || this.#isStart(place + 1))
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
    return bits === 0 ? this.#present : word * 32 + 31 - Math.clz32(bits & -bits)
  }
}

interface Halves {
  low: Uint32Array
  high: Uint32Array
}

function tally(from: Uint32Array, shift: number, counts: Uint32Array, start: number, end: number): void {
  for (let i = start; i < end; i += 1) counts[(from[i]! >>> shift) & (digits - 1)]! += 1
}

function scatter(
  keys: Halves,
  rows: Uint32Array,
  to: Halves,
  toRows: Uint32Array,
  place: Uint32Array,
  digitsFrom: Uint32Array,
  shift: number,
  start: number,
  end: number,
): void {
  const { low, high } = keys
  const { low: toLow, high: toHigh } = to
  for (let i = start; i < end; i += 1) {
    const at = place[(digitsFrom[i]! >>> shift) & (digits - 1)]!++
    toLow[at] = low[i]!
    toHigh[at] = high[i]!
    toRows[at] = rows[i]!
  }
}
