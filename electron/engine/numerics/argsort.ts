/** Fewer values than this are sorted by comparison: a radix pass costs its 65,536 counters whatever the length. */
const radixFrom = 4096

/**
 * Positions of the values in ascending order; equal values (−0 and 0 are equal) keep their order. NaN comes last. An empty
 * array gives an empty one. Least-significant-digit radix sort on the bits of the doubles, 16 at a time (Knuth, TAOCP 3, §5.2.5),
 * leaving out digits that all values share: float32 values cost two passes or three.
 */
export function argsort(values: ArrayLike<number>): Int32Array {
  const n = values.length
  const order = new Int32Array(n)
  for (let i = 0; i < n; i += 1) order[i] = i
  if (n < radixFrom) return order.sort((i, j) => compare(values[i]!, values[j]!) || i - j)
  const keys = sortableKeys(values)
  let sorted: Int32Array = order
  for (let digit = 0; digit < 4; digit += 1) sorted = sortByDigit(sorted, keys, digit)
  return sorted
}

function compare(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
  return x < y ? -1 : x > y ? 1 : 0
}

/** Four 16-bit digits a value, lowest first, whose order as whole numbers is the order of the values. */
function sortableKeys(values: ArrayLike<number>): Uint16Array {
  const n = values.length
  const view = new DataView(new ArrayBuffer(8))
  const keys = new Uint16Array(4 * n)
  for (let i = 0; i < n; i += 1) {
    view.setFloat64(0, Number.isNaN(values[i]!) ? Number.NaN : values[i]! + 0)
    let high = view.getUint32(0)
    let low = view.getUint32(4)
    if (high >>> 31) {
      high = ~high >>> 0
      low = ~low >>> 0
    } else high = (high | 0x8000_0000) >>> 0
    keys[4 * i] = low & 0xffff
    keys[4 * i + 1] = low >>> 16
    keys[4 * i + 2] = high & 0xffff
    keys[4 * i + 3] = high >>> 16
  }
  return keys
}

function sortByDigit(order: Int32Array, keys: Uint16Array, digit: number): Int32Array {
  const n = order.length
  const starts = new Int32Array(65_536)
  for (let i = 0; i < n; i += 1) starts[keys[4 * i + digit]!]! += 1
  if (starts[keys[digit]!] === n) return order
  let total = 0
  for (let key = 0; key < starts.length; key += 1) {
    const count = starts[key]!
    starts[key] = total
    total += count
  }
  const sorted = new Int32Array(n)
  for (let i = 0; i < n; i += 1) {
    const at = order[i]!
    sorted[starts[keys[4 * at + digit]!]!++] = at
  }
  return sorted
}
