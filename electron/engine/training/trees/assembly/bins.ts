import {
  blockRows,
  columnBins,
  cutCounts,
  cuts,
  features,
  rowBins,
  rowStride,
  rows,
  stagedAt,
  stagedColumn,
  stagesValidation,
  takeItem,
  validationBins,
  validationRows,
  validationStride,
} from './layout'

const digits: usize = 2048

/** Puts the values that are not NaN first; gives how many there are. */
export function dropMissing(values: usize, count: i32): i32 {
  let to = values
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 4) {
    const value = load<f32>(at)
    store<f32>(to, value)
    to += F32.isNaN(value) ? 0 : 4
  }
  return <i32>((to - values) >> 2)
}

/**
 * Sorts `count` float32 (no NaN) at `values` by their bits, eleven at a time, with room of the same size and 24 KiB for counts; they end up
 * at `room`.
 */
export function sortFloats(values: usize, count: i32, room: usize, counts: usize): void {
  memory.fill(counts, 0, 3 * digits * 4)
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 4) {
    const bits = load<u32>(at)
    const key = bits ^ (<u32>(<i32>bits >> 31) | 0x8000_0000)
    store<u32>(at, key)
    bump(counts + ((key & 2047) << 2))
    bump(counts + 8192 + (((key >> 11) & 2047) << 2))
    bump(counts + 16_384 + ((key >> 22) << 2))
  }
  for (let pass: usize = 0; pass < 3; pass++) {
    const own = counts + pass * 8192
    const from = pass & 1 ? room : values
    const to = pass & 1 ? values : room
    let sum: u32 = 0
    for (let digit: usize = 0; digit < digits << 2; digit += 4) {
      const here = load<u32>(own + digit)
      store<u32>(own + digit, sum)
      sum += here
    }
    const shift = <u32>pass * 11
    for (let at = from, end = from + ((<usize>count) << 2); at < end; at += 4) {
      const key = load<u32>(at)
      const place = own + (((key >> shift) & 2047) << 2)
      const where = load<u32>(place)
      store<u32>(place, where + 1)
      store<u32>(to + ((<usize>where) << 2), key)
    }
  }
  for (let at = room, end = room + ((<usize>count) << 2); at < end; at += 4) {
    const key = load<u32>(at)
    store<u32>(at, key ^ (<u32>(<i32>~key >> 31) | 0x8000_0000))
  }
}

function bump(at: usize): void {
  store<u32>(at, load<u32>(at) + 1)
}

/**
 * Thresholds of sorted values, at most `bins` − 1: midpoints between neighbouring distinct values, at equal counts of rows. Uses the values'
 * place for the distinct ones and `counts` for how often each is there. Gives how many there are; they are written to `to`.
 */
export function findCuts(sorted: usize, count: i32, counts: usize, bins: i32, to: usize): i32 {
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const value = load<f32>(sorted + ((<usize>i) << 2))
    if (distinct > 0 && value === load<f32>(sorted + ((<usize>(distinct - 1)) << 2))) {
      bump(counts + ((<usize>(distinct - 1)) << 2))
    } else {
      store<f32>(sorted + ((<usize>distinct) << 2), value)
      store<u32>(counts + ((<usize>distinct) << 2), 1)
      distinct++
    }
  }
  const isFew = distinct <= bins
  let found = 0
  let left = count
  let held = 0
  let remaining = bins
  for (let i = 0; i + 1 < distinct; i++) {
    held += <i32>load<u32>(counts + ((<usize>i) << 2))
    if (!isFew && <f64>held < <f64>left / <f64>remaining) continue
    const low = load<f32>(sorted + ((<usize>i) << 2))
    const high = load<f32>(sorted + ((<usize>(i + 1)) << 2))
    store<f32>(to + ((<usize>found) << 2), between(low, high))
    found++
    left -= held
    held = 0
    remaining--
    if (remaining <= 1) break
  }
  return found
}

/** A float32 t with low ≤ t < high. */
function between(low: f32, high: f32): f32 {
  if (low === -Infinity) return low
  const middle = <f32>(<f64>low / 2 + min<f64>(<f64>high, 3.4e38) / 2)
  return middle >= low && middle < high ? middle : low
}

/** Puts the staged column into bins, a block at a time, as long as there are any. */
export function binStaged(): void {
  const count = stagesValidation() ? validationRows : rows
  for (let from = takeItem() * blockRows; from < count; from = takeItem() * blockRows) {
    binBlock(from, min(from + blockRows, count))
  }
}

function binBlock(from: i32, to: i32): void {
  const feature = <usize>stagedColumn()
  const isValidation = stagesValidation()
  const values = stagedAt()
  const own = cuts + (feature << 10)
  const missing = load<i32>(cutCounts + (feature << 2)) + 1
  const into = isValidation ? validationBins + feature : columnBins + feature * <usize>rows
  const stride = isValidation ? <usize>validationStride : 1
  for (let row = from; row < to; row++) {
    const value = load<f32>(values + ((<usize>row) << 2))
    let bin: i32 = 0
    // How many thresholds are below it; those that are not there are infinite.
    for (let step = 128; step > 0; step >>= 1) {
      bin += load<f32>(own + ((<usize>(bin + step - 1)) << 2)) < value ? step : 0
    }
    if (F32.isNaN(value)) bin = missing
    store<u8>(into + <usize>row * stride, <u8>bin)
  }
}

/** Writes the bins row by row from those column by column, a block at a time. */
export function transposeBins(): void {
  for (let from = takeItem() * blockRows; from < rows; from = takeItem() * blockRows) {
    const to = <usize>min(from + blockRows, rows)
    for (let feature = 0; feature < features; feature += 4) {
      const last = features - 1
      const a = columnBins + <usize>feature * <usize>rows
      const b = columnBins + <usize>min(feature + 1, last) * <usize>rows
      const c = columnBins + <usize>min(feature + 2, last) * <usize>rows
      const d = columnBins + <usize>min(feature + 3, last) * <usize>rows
      let into = rowBins + <usize>from * <usize>rowStride + <usize>feature
      for (let row = <usize>from; row < to; row++) {
        const low = <u32>load<u8>(a + row) | ((<u32>load<u8>(b + row)) << 8)
        store<u32>(into, low | ((<u32>load<u8>(c + row)) << 16) | ((<u32>load<u8>(d + row)) << 24))
        into += rowStride
      }
    }
  }
}
