/** The values of a column in ascending order, and whose they are. */
export interface ValueOrder {
  /** Those that are there; no number last, both zeros as one. */
  values: Float64Array
  /** Every row's number, by value, equal ones in the order of the file; then those where the value is missing. */
  rows: Uint32Array
  /** A bit a value, from the lowest of each word on, set where it differs from the one before. */
  starts: Uint32Array
}

const digitBits = 11
const digits = 1 << digitBits
/** Of a key, from the least: the half of its 64 bits, and how far to shift it. */
const passes = [0, 1].flatMap(half => [0, digitBits, 2 * digitBits].map(shift => ({ half, shift })))

/**
 * Sorts values, given in the order of the file without the missing ones, together with the numbers of their rows: a radix sort from the least
 * digit, quicker on long columns than the engine's own sort of the values alone. `isMissing` has a 1 for each row without a value; null where
 * there is none. The values' memory is used up. Holds 24 bytes a row.
 */
export function orderValues(values: Float64Array, isMissing: Uint8Array | null): ValueOrder {
  const count = values.length
  let rows: Uint32Array = rowNumbers(count, isMissing)
  let spareRows: Uint32Array = rows.slice()
  // Keys are pairs of words, low and high, in the place of the values.
  let keys: Uint32Array = new Uint32Array(values.buffer, values.byteOffset, 2 * count)
  let spare: Uint32Array = new Uint32Array(2 * count)
  toKeys(values, keys)
  const tallies = passes.map(({ half, shift }) => tally(keys, half, shift))
  for (const [i, { half, shift }] of passes.entries()) {
    const place = tallies[i]!
    // All have the same digit.
    if (place.includes(count)) continue
    for (let digit = 0, sum = 0; digit < digits; digit += 1) {
      const here = place[digit]!
      place[digit] = sum
      sum += here
    }
    scatter({ keys, rows }, { keys: spare, rows: spareRows }, place, half, shift)
    ;[keys, spare] = [spare, keys]
    ;[rows, spareRows] = [spareRows, rows]
  }
  const starts = startsOf(keys)
  toValues(keys)
  return { values: new Float64Array(keys.buffer, keys.byteOffset, count), rows, starts }
}

function rowNumbers(count: number, isMissing: Uint8Array | null): Uint32Array<ArrayBuffer> {
  const rows = new Uint32Array(isMissing?.length ?? count)
  for (let row = 0, there = 0, gone = count; row < rows.length; row += 1)
    rows[isMissing?.[row] === 1 ? gone++ : there++] = row
  return rows
}

/** Unsigned numbers of the same order: negative ones are turned over, others come behind them. */
function toKeys(values: Float64Array, keys: Uint32Array): void {
  for (let i = 0; i < values.length; i += 1) {
    // As DuckDB has it: no number is the largest, and both zeros are one.
    values[i] = Number.isNaN(values[i]!) ? Number.NaN : values[i]! + 0
    const high = keys[2 * i + 1]!
    const isNegative = high >>> 31 === 1 && !Number.isNaN(values[i]!)
    if (isNegative) keys[2 * i] = ~keys[2 * i]!
    keys[2 * i + 1] = isNegative ? ~high : high | 0x80000000
  }
}

function toValues(keys: Uint32Array): void {
  for (let i = 0; i < keys.length; i += 2) {
    const high = keys[i + 1]!
    const isNegative = high >>> 31 === 0
    if (isNegative) keys[i] = ~keys[i]!
    keys[i + 1] = isNegative ? ~high : high & 0x7fffffff
  }
}

function tally(keys: Uint32Array, half: number, shift: number): Uint32Array {
  const counts = new Uint32Array(digits)
  for (let i = half; i < keys.length; i += 2) counts[(keys[i]! >>> shift) & (digits - 1)]! += 1
  return counts
}

interface Side {
  keys: Uint32Array
  rows: Uint32Array
}

function scatter(from: Side, to: Side, place: Uint32Array, half: number, shift: number): void {
  const { keys, rows } = from
  const { keys: toKeys, rows: toRows } = to
  const count = keys.length / 2
  for (let i = 0; i < count; i += 1) {
    const at = place[(keys[2 * i + half]! >>> shift) & (digits - 1)]!++
    toKeys[2 * at] = keys[2 * i]!
    toKeys[2 * at + 1] = keys[2 * i + 1]!
    toRows[at] = rows[i]!
  }
}

function startsOf(keys: Uint32Array): Uint32Array {
  const count = keys.length / 2
  const starts = new Uint32Array((count + 31) >>> 5)
  for (let i = 0; i < count; i += 1) {
    if (i === 0 || keys[2 * i] !== keys[2 * i - 2] || keys[2 * i + 1] !== keys[2 * i - 1])
      starts[i >>> 5]! |= 1 << (i & 31)
  }
  return starts
}
