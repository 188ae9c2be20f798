import {
  columnBins,
  cutCounts,
  features,
  groupStarts,
  groupStrides,
  groups,
  histogramBytes,
  histogramStarts,
  order,
  records,
  rowStride,
  rows,
} from './layout'

/** Rows whose bytes are touched before they are added, so that cache misses overlap. */
const together = 32

/** Adds rows `order[start]` to `order[start + count − 1]` to a histogram of zeros. Gives a number that means nothing. */
export function addRows(histogram: usize, start: i32, count: i32): i32 {
  memory.fill(histogram, 0, histogramBytes)
  const stride = rowStride
  const first = records
  const four = groups
  const starts = groupStarts
  const strides = groupStrides
  let at = order + ((<usize>start) << 2)
  const end = at + ((<usize>count) << 2)
  let sink: i32 = 0
  while (at < end) {
    const next = min(at + (together << 2), end)
    for (let i = at; i < next; i += 4) {
      const row = <usize>load<u32>(i)
      const record = first + row * stride
      sink += <i32>load<u8>(record) + <i32>load<u8>(record + stride - 1)
    }
    for (; at < next; at += 4) {
      const row = <usize>load<u32>(at)
      let bytes = first + row * stride
      const value = load<i64>(bytes)
      bytes += 8
      for (let group: usize = 0, last = (<usize>four) << 2; group < last; group += 4) {
        const four = load<u32>(bytes)
        bytes += 4
        const step = <usize>load<i32>(strides + group)
        let base = histogram + <usize>load<i32>(starts + group)
        let cell = base + ((four << 3) & 0x7f8)
        store<i64>(cell, load<i64>(cell) + value)
        base += step
        cell = base + ((four >> 5) & 0x7f8)
        store<i64>(cell, load<i64>(cell) + value)
        base += step
        cell = base + ((four >> 13) & 0x7f8)
        store<i64>(cell, load<i64>(cell) + value)
        base += step
        cell = base + ((four >> 21) & 0x7f8)
        store<i64>(cell, load<i64>(cell) + value)
      }
    }
  }
  return sink
}

/** Counts rows by bin, u32 at half the offsets of a histogram. */
export function countRows(counts: usize, start: i32, count: i32): void {
  memory.fill(counts, 0, histogramBytes >> 1)
  const first = order + ((<usize>start) << 2)
  const end = first + ((<usize>count) << 2)
  for (let feature = 0; feature < features; feature++) {
    const bins = columnBins + <usize>feature * rows
    const base = counts + (<usize>load<i32>(histogramStarts + ((<usize>feature) << 2)) >> 1)
    for (let at = first; at < end; at += 4) {
      const cell = base + ((<usize>load<u8>(bins + <usize>load<u32>(at))) << 2)
      store<u32>(cell, load<u32>(cell) + 1)
    }
  }
}

/** Bytes that a feature's bins take in a histogram, the missing one with them, in whole pairs. */
export function bytesOf(feature: i32): usize {
  return ((<usize>load<i32>(cutCounts + ((<usize>feature) << 2)) + 3) >> 1) << 4
}
