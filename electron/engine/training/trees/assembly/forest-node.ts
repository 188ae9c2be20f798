import { scanColumn } from './forest-split'
import { leafAt, shareAt, valueAt } from './forest-tree'
import {
  binSums,
  classCells,
  classes,
  classSums,
  columnOrder,
  drawnColumns,
  features,
  forestBest,
  pricesSets,
  records,
  rowBins,
  rowStride,
  usedBins,
} from './layout'
import { randomBelow } from './random'
import { bestFeature, bestGain } from './split'

/** Nodes of fewer rows mark the bins that they touch; in others all bins are looked at. */
const markedBelow = 128

// Of the node that is open: Σ weight · target, the same of its square, Σ weight, and whether all rows have the same target.
let sum: f64 = 0
let squares: f64 = 0
let weight: f64 = 0
let isPure: bool = false

/** Before each tree. */
export function startNodes(): void {
  for (let i = 0; i < features; i++) store<i32>(columnOrder + ((<usize>i) << 2), i)
  memory.fill(binSums, 0, 4096)
  memory.fill(usedBins, 0, 320)
  memory.fill(classCells, 0, (<usize>classes) << 10)
}

/** Sums the rows of a node up, eight bytes each from `first` on; gives the sum of their weights. */
export function openNode(first: usize, count: i32): i32 {
  sum = 0
  squares = 0
  weight = 0
  isPure = true
  memory.fill(classSums, 0, (<usize>classes) << 3)
  const sample = targetOf(load<u32>(first))
  for (let at = first, end = first + ((<usize>count) << 3); at < end; at += 8) {
    const own = <f64>load<u32>(at, 4)
    const value = targetOf(load<u32>(at))
    weight += own
    sum += own * <f64>value
    squares += own * <f64>value * <f64>value
    if (value !== sample) isPure = false
    if (!classes) continue
    const cell = classSums + ((<usize>value) << 3)
    store<f64>(cell, load<f64>(cell) + own)
  }
  return <i32>weight
}

function targetOf(row: u32): f32 {
  return load<f32>(records + <usize>row * <usize>rowStride)
}

/** Makes the open node a leaf, which answers the mean or the share of each class. */
export function answerAt(node: i32): void {
  leafAt(node, <i32>weight)
  if (!classes) valueAt(node, <f32>(sum / weight))
  for (let k = 0; k < classes; k++) shareAt(k, <f32>(load<f64>(classSums + ((<usize>k) << 3)) / weight))
}

/** The best split of the open node among columns that are drawn, more of them until there is one; 0 where there is none. */
export function searchNode(first: usize, count: i32): usize {
  if (isPure) return 0
  const spread = pricesSets ? spreadOf() : 0
  store<f64>(forestBest, -1, bestGain)
  store<i32>(forestBest, -1, bestFeature)
  for (let i = 0; i < features; i++) {
    if (i >= drawnColumns && load<i32>(forestBest, bestFeature) >= 0) break
    const own = columnOrder + ((<usize>i) << 2)
    if (drawnColumns < features) {
      const other = own + ((<usize>randomBelow(features - i)) << 2)
      const drawn = load<i32>(other)
      store<i32>(other, load<i32>(own))
      store<i32>(own, drawn)
    }
    const feature = load<i32>(own)
    scanColumn(feature, addRows(first, count, feature), sum, weight, spread)
  }
  return load<i32>(forestBest, bestFeature) < 0 ? 0 : forestBest
}

/** Of the target of a row of the open node: its variance, or the sum of those of the classes. */
function spreadOf(): f64 {
  if (!classes) return (squares - (sum * sum) / weight) / weight
  let same: f64 = 0
  for (let k = 0; k < classes; k++) {
    const share = load<f64>(classSums + ((<usize>k) << 3)) / weight
    same += share * share
  }
  return 1 - same
}

/** Adds the rows of a node up by bin of a column; gives how many bins have any, and lists them. */
function addRows(first: usize, count: i32, feature: i32): i32 {
  const bins = rowBins + <usize>feature
  const stride = <usize>rowStride
  const marks = usedBins + 256
  const isMarked = count < markedBelow
  for (let at = first, end = first + ((<usize>count) << 3); at < end; at += 8) {
    const row = <usize>load<u32>(at)
    const own = load<u32>(at, 4)
    const bin = <usize>load<u8>(bins + row * stride)
    const value = load<f32>(records + row * stride)
    const cell = binSums + (bin << 4)
    const added = f64x2.mul(f64x2.splat(<f64>own), f64x2.replace_lane(f64x2.splat(1), 0, <f64>value))
    v128.store(cell, f64x2.add(v128.load(cell), added))
    if (classes) {
      const part = classCells + ((bin * <usize>classes + <usize>value) << 2)
      store<u32>(part, load<u32>(part) + own)
    }
    if (isMarked) {
      const mark = marks + ((bin >> 6) << 3)
      store<u64>(mark, load<u64>(mark) | ((<u64>1) << (<u64>(bin & 63))))
    }
  }
  let used = usedBins
  if (!isMarked) {
    for (let bin: usize = 0; bin < 256; bin++) {
      store<u8>(used, bin)
      used += load<f64>(binSums + (bin << 4), 8) > 0 ? 1 : 0
    }
    return <i32>(used - usedBins)
  }
  for (let word: usize = 0; word < 4; word++) {
    const mark = marks + (word << 3)
    for (let bits = load<u64>(mark); bits; bits &= bits - 1) store<u8>(used++, ((<u32>word) << 6) | <u32>ctz(bits))
    store<u64>(mark, 0)
  }
  return <i32>(used - usedBins)
}
