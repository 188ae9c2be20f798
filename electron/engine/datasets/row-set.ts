import { setImmediate } from 'node:timers/promises'

/** Which rows of a file a filter lets through: a bit a row, and how many there are before each block of rows. */
export class RowSet {
  readonly #words: Uint32Array
  /** Rows in the set before word `i * blockWords`, and all of them; counted when first asked for, which parts of another set are not. */
  #counted: Uint32Array | null = null

  /** Of the words of `RowMarks`, which are its own from now on. */
  constructor(words: Uint32Array) {
    this.#words = words
  }

  get total(): number {
    return this.#before.at(-1)!
  }

  get #before(): Uint32Array {
    this.#counted ??= countBefore(this.#words)
    return this.#counted
  }

  /** The rows that are in both. */
  and(other: RowSet): RowSet {
    const [own, others] = [this.#words, other.#words]
    const words = new Uint32Array(Math.min(own.length, others.length))
    for (let i = 0; i < words.length; i += 1) words[i] = own[i]! & others[i]!
    return new RowSet(words)
  }

  has(row: number): boolean {
    return ((this.#words[row >>> 5]! >>> (row ^ 7)) & 1) === 1
  }

  /** How many of these rows are in. */
  countAmong(rows: Uint32Array): number {
    const words = this.#words
    let count = 0
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i]!
      count += (words[row >>> 5]! >>> (row ^ 7)) & 1
    }
    return count
  }

  /** Numbers of the rows from the `offset`th on, at most `limit` of them, ascending. */
  slice(offset: number, limit: number): number[] {
    const found: number[] = []
    const before = this.#before
    let block = 0
    for (let behind = before.length; behind - block > 1; ) {
      const middle = (block + behind) >>> 1
      if (before[middle]! <= offset) block = middle
      else behind = middle
    }
    let skip = offset - before[block]!
    for (let i = block * blockWords; i < this.#words.length && found.length < limit; i += 1) {
      const count = ones(this.#words[i]!)
      if (skip >= count) {
        skip -= count
        continue
      }
      for (let row = i * 32; row < i * 32 + 32 && found.length < limit; row += 1) {
        if (!this.has(row)) continue
        if (skip > 0) skip -= 1
        else found.push(row)
      }
    }
    return found
  }
}

const blockWords = 128

function countBefore(words: Uint32Array): Uint32Array {
  const before = new Uint32Array(Math.ceil(words.length / blockWords) + 1)
  let total = 0
  for (let block = 0, i = 0; i < words.length; block += 1) {
    before[block] = total
    for (const end = Math.min(words.length, i + blockWords); i < end; i += 1) total += ones(words[i]!)
  }
  before[before.length - 1] = total
  return before
}

/** How many bits are set. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Of so many rows, those of a set to be: none at first. */
export class RowMarks {
  readonly #rows: number
  /** Row r is marked by bit `(r % 32) ^ 7` of word ⌊r / 32⌋: by byte the first row is the highest bit, as in DuckDB's strings of bits. */
  readonly #words: Uint32Array

  constructor(rows: number) {
    this.#rows = rows
    this.#words = new Uint32Array((rows + 31) >>> 5)
  }

  /**
   * Marks, of rows from the `first` on, whose sections stand four to a word, those of sections from one to before another of at most 128. Four are
   * compared at once: with its highest bit set a byte lends nothing to the next.
   */
  addSections(first: number, sections: Uint32Array, from: number, to: number): void {
    const words = this.#words
    // Kept to 32 bits all along, which takes a third of the time.
    const [low, high] = [Math.imul(from, 0x01010101), Math.imul(to, 0x01010101)]
    for (let i = 0, at = first >>> 5; i < sections.length; at += 1) {
      let word = 0
      for (let shift = 0; shift < 32; shift += 4, i += 1) {
        const bytes = sections[i]! | 0x80808080
        const isIn = ((bytes - low) | 0) & ~((bytes - high) | 0) & 0x80808080
        // The highest bits of four bytes side by side, the first the highest.
        word |= ((Math.imul(isIn >>> 7, 0x08040201) >>> 24) & 15) << (shift ^ 4)
      }
      words[at]! |= word
    }
    // Behind the last row there is none.
    for (let row = this.#rows; row < words.length * 32; row += 1) words[row >>> 5]! &= ~(1 << (row ^ 7))
  }

  /** Marks rows that are not marked, and of those that are it takes the mark. */
  flip(rows: Uint32Array): void {
    const words = this.#words
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i]!
      words[row >>> 5]! ^= 1 << (row ^ 7)
    }
  }

  /** Marks what such a string of bits, of all rows, has set. */
  addBits(bits: Uint8Array): void {
    new Uint8Array(this.#words.buffer).set(bits)
  }

  /** The set of them; the marks are its own from now on. */
  toSet(): RowSet {
    return new RowSet(this.#words)
  }
}

/**
 * Makes a set of made-up rows a few times, and with that the engine's machine code of it, before the first filter needs it. Others have their
 * turn between.
 */
export async function warmUp(): Promise<void> {
  const rows = 1 << 16
  const sections = new Uint32Array(rows / 4).fill(0x60402010)
  const some = Uint32Array.from({ length: rows / 16 }, (_, i) => 16 * i)
  for (let round = 0; round < 20; round += 1) {
    const marks = new RowMarks(rows)
    marks.addSections(0, sections, 0x20, 0x50)
    marks.flip(some)
    const set = marks.toSet()
    // Long enough for loops over words, of which there are fewer than of rows.
    for (let again = 0; again < 8; again += 1) set.and(set).slice(rows / 4, 50)
    set.countAmong(some)
    await setImmediate()
  }
}
