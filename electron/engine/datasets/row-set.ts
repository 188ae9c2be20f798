/** Which rows of a file a filter lets through: a bit a row, and how many there are before each block of rows. */
export class RowSet {
  readonly total: number
  /** Row r is in when bit 7 - r % 8 of byte ⌊r / 8⌋ is set. */
  readonly #bits: Uint8Array
  /** Rows in the set before byte `i * blockBytes`. */
  readonly #before: Uint32Array

  constructor(bits: Uint8Array) {
    this.#bits = bits
    this.#before = new Uint32Array(Math.ceil(bits.length / blockBytes) + 1)
    let total = 0
    for (let i = 0; i < bits.length; i += 1) {
      if (i % blockBytes === 0) this.#before[i / blockBytes] = total
      total += ones[bits[i]!]!
    }
    this.total = total
  }

  /** The rows that are in both. */
  and(other: RowSet): RowSet {
    const own = this.#bits
    return new RowSet(other.#bits.slice(0, own.length).map((bits, i) => bits & own[i]!))
  }

  /** Of so many rows all those that are none of its. */
  complement(rows: number): RowSet {
    const bits = new Uint8Array(Math.ceil(rows / 8)).map((_, i) => ~(this.#bits[i] ?? 0))
    // Behind the last row there is none.
    if (rows % 8 > 0) bits[bits.length - 1]! &= 0xff00 >>> (rows % 8)
    return new RowSet(bits)
  }

  has(row: number): boolean {
    return (this.#bits[row >>> 3]! & (128 >>> (row & 7))) !== 0
  }

  /** How many of these rows are in. */
  countAmong(rows: Uint32Array): number {
    const bits = this.#bits
    let count = 0
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i]!
      count += (bits[row >>> 3]! >>> (7 - (row & 7))) & 1
    }
    return count
  }

  /** Numbers of the rows from the `offset`th on, at most `limit` of them, ascending. */
  slice(offset: number, limit: number): number[] {
    const found: number[] = []
    let low = 0
    let high = this.#before.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.#before[middle]! <= offset && middle * blockBytes < this.#bits.length) low = middle
      else high = middle - 1
    }
    let skip = offset - this.#before[low]!
    for (let i = low * blockBytes; i < this.#bits.length && found.length < limit; i += 1) {
      const byte = this.#bits[i]!
      if (skip >= ones[byte]!) {
        skip -= ones[byte]!
        continue
      }
      for (let bit = 0; bit < 8 && found.length < limit; bit += 1) {
        if ((byte & (128 >>> bit)) === 0) continue
        if (skip > 0) skip -= 1
        else found.push(i * 8 + bit)
      }
    }
    return found
  }
}

const blockBytes = 512
const ones = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0
  for (let rest = byte; rest; rest &= rest - 1) count += 1
  return count
})

/** Marks rows in the bits of a set to be. */
export function markRows(bits: Uint8Array, rows: Uint32Array): void {
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!
    bits[row >>> 3]! |= 128 >>> (row & 7)
  }
}
