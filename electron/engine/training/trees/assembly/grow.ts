import { boundChildren, leafAnswer } from './bounds'
import { addRows, bytesOf, countRows } from './histogram'
import {
  active,
  areSets,
  directions,
  features,
  histogramBytes,
  histogramStarts,
  isBounded,
  l2,
  learningRate,
  leastHessian,
  minRows,
  mostLeaves,
  objective,
  orderStart,
  ownCounts,
  ownHistogram,
  pool,
  privateCounts,
  privateHistograms,
  slotBestLeft,
  slotBestRight,
  slotGradient,
  slotHessian,
  slotLeftRows,
  slotOf,
  slotRows,
  thread,
  threads,
} from './layout'
import {
  leafAt,
  leafCount,
  leafGradient,
  leafHessian,
  leafHigh,
  leafIsCounted,
  leafLow,
  leafNode,
  leafRows,
  leafSlot,
  leafStart,
  makeLeaf,
} from './leaf'
import { meet } from './meet'
import { partition } from './partition'
import { scanSets } from './sets'
import {
  bestBytes,
  bestFeature,
  bestGain,
  bestLeftGradient,
  bestLeftHessian,
  clearBest,
  goesBefore,
  scan,
} from './split'
import { branch, leafValue } from './tree'

/** Leaves with fewer rows than this times the fewest rows of a leaf are counted at once: there a split often breaks the rule. */
const countedBelow = 16

let lambda: f64 = 0
let fewestHessian: f64 = 0
let gainUnit: f64 = 0
let rowHessian: f64 = 0
/** True where every row's hessian is 1, so that hessians count rows. */
let countsByHessian: bool = false

function histogramOf(slot: i32): usize {
  return pool + <usize>slot * histogramBytes
}

function directionOf(feature: i32): i32 {
  return load<i32>(directions + ((<usize>feature) << 2))
}

function firstFeature(t: i32): i32 {
  return <i32>((<i64>features * t) / threads)
}

/** True when a leaf's splits need counts of rows beside hessians. */
function needsCounts(total: i32): bool {
  return !countsByHessian && minRows > 1 && total < countedBelow * minRows
}

/** All threads' sums of one feature over the rows of a leaf, added up at `into`, an offset of the pool's as all here. */
function gather(feature: i32, into: usize): void {
  const start = <usize>load<i32>(histogramStarts + ((<usize>feature) << 2))
  const bytes = bytesOf(feature)
  const own = privateHistograms + start
  const to = into + start
  if (threads === 1) {
    memory.copy(to, own, bytes)
    return
  }
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = v128.load(own + at)
    for (let t = 1; t < threads; t++) sum = i64x2.add(sum, v128.load(own + <usize>t * histogramBytes + at))
    v128.store(to + at, sum)
  }
}

/** Of one feature, `from` becomes from − less. */
function subtract(feature: i32, from: usize, less: usize): void {
  const start = <usize>load<i32>(histogramStarts + ((<usize>feature) << 2))
  for (let at = start, end = start + bytesOf(feature); at < end; at += 16) {
    v128.store(from + at, i64x2.sub(v128.load(from + at), v128.load(less + at)))
  }
}

function gatherCounts(): void {
  for (let feature = firstFeature(thread), end = firstFeature(thread + 1); feature < end; feature++) {
    const start = <usize>load<i32>(histogramStarts + ((<usize>feature) << 2)) >> 1
    for (let t = 1; t < threads; t++) {
      const part = privateCounts + <usize>t * (histogramBytes >> 1)
      for (let at = start, last = start + (bytesOf(feature) >> 1); at < last; at += 4) {
        store<u32>(privateCounts + at, load<u32>(privateCounts + at) + load<u32>(part + at))
      }
    }
  }
}

/** Looks for a better split of a leaf on one feature than the one published. */
function searchFeature(feature: i32, leaf: usize, slot: i32, counted: bool, published: usize): void {
  if (!load<u8>(active + <usize>feature)) return
  const best = slotOf(thread) + published
  const start = <usize>load<i32>(histogramStarts + ((<usize>feature) << 2))
  const own = counted ? privateCounts + (start >> 1) : 0
  const gradient = load<f64>(leaf, leafGradient)
  const hessian = load<f64>(leaf, leafHessian)
  const total = load<i32>(leaf, leafRows)
  const cells = histogramOf(slot) + start
  const bounded = isBounded ? leaf : 0
  if (load<u8>(areSets + <usize>feature)) {
    const unit = rowHessian
    scanSets(
      feature,
      cells,
      own,
      gradient,
      hessian,
      total,
      lambda,
      fewestHessian,
      minRows,
      unit,
      gainUnit,
      best,
      bounded,
    )
  } else {
    if (bounded) {
      const way = directionOf(feature)
      scan<f64>(
        feature,
        cells,
        own,
        gradient,
        hessian,
        total,
        lambda,
        fewestHessian,
        minRows,
        gainUnit,
        best,
        bounded,
        way,
      )
    } else {
      scan<i32>(feature, cells, own, gradient, hessian, total, lambda, fewestHessian, minRows, gainUnit, best, 0, 0)
    }
  }
}

/** Takes the best of what all threads published. */
function choose(leaf: usize, published: usize): void {
  let best = slotOf(0) + published
  for (let t = 1; t < threads; t++) {
    const other = slotOf(t) + published
    if (goesBefore(other, best)) best = other
  }
  memory.copy(leaf, best, bestBytes)
}

/** Counts the rows of a leaf by bin and looks for its best split again. The threads meet twice. */
function searchCounted(leaf: usize, slot: i32): void {
  countRows(ownCounts, load<i32>(leaf, leafStart), load<i32>(leaf, leafCount))
  meet()
  gatherCounts()
  clearBest(slotOf(thread) + slotBestLeft)
  for (let feature = firstFeature(thread), end = firstFeature(thread + 1); feature < end; feature++) {
    searchFeature(feature, leaf, slot, true, slotBestLeft)
  }
  meet()
  choose(leaf, slotBestLeft)
  store<i32>(leaf, 1, leafIsCounted)
}

/** True when a leaf is too small to be split. */
function isFinal(leaf: usize): bool {
  return load<i32>(leaf, leafRows) < 2 * minRows
}

/**
 * Grows one tree leaf by leaf, always where the loss falls most, on `drawn` own rows. Every thread runs this with the same leaves, and adds
 * up its own rows only; sums are whole numbers, so that the tree does not depend on how many threads there are. Gives the leaves.
 */
export function grow(tree: usize, drawn: i32, gradientUnit: f64, hessianUnit: f64): i32 {
  countsByHessian = objective === 0 || objective === 3
  rowHessian = hessianUnit
  lambda = l2 * hessianUnit
  fewestHessian = max(countsByHessian ? <f64>minRows : 0, leastHessian * hessianUnit)
  gainUnit = (gradientUnit * gradientUnit) / hessianUnit
  addRows(ownHistogram, orderStart, drawn)
  meet()
  let gradient: f64 = 0
  let hessian: f64 = 0
  let total: i32 = 0
  for (let t = 0; t < threads; t++) {
    gradient += load<f64>(slotOf(t), slotGradient)
    hessian += load<f64>(slotOf(t), slotHessian)
    total += load<i32>(slotOf(t), slotRows)
  }
  const root = leafAt(0)
  makeLeaf(root, 0, orderStart, drawn, total, gradient, hessian)
  store<i32>(root, 0, leafSlot)
  clearBest(slotOf(thread) + slotBestLeft)
  for (let feature = firstFeature(thread), end = firstFeature(thread + 1); feature < end; feature++) {
    gather(feature, pool)
    searchFeature(feature, root, 0, false, slotBestLeft)
  }
  meet()
  choose(root, slotBestLeft)
  if (needsCounts(total)) searchCounted(root, 0)

  let slots = 1
  let count = 1
  while (count < mostLeaves) {
    let chosen = -1
    let most: f64 = 0
    for (let i = 0; i < count; i++) {
      const gain = load<f64>(leafAt(i), bestGain)
      if (gain > most) {
        most = gain
        chosen = i
      }
    }
    if (chosen < 0) break
    const parent = leafAt(chosen)
    const slot = load<i32>(parent, leafSlot)
    const start = load<i32>(parent, leafStart)
    const own = load<i32>(parent, leafCount)
    const leftOwn = partition(parent)
    const leftGradient = load<f64>(parent, bestLeftGradient)
    const leftHessian = load<f64>(parent, bestLeftHessian)
    const rightHessian = load<f64>(parent, leafHessian) - leftHessian
    const isLast = count + 1 === mostLeaves
    const leftIsSmall = leftHessian <= rightHessian
    if (!isLast) {
      if (leftIsSmall) addRows(ownHistogram, start, leftOwn)
      else addRows(ownHistogram, start + leftOwn, own - leftOwn)
    }
    store<i32>(slotOf(thread), leftOwn, slotLeftRows)
    meet()
    let leftRows = 0
    for (let t = 0; t < threads; t++) leftRows += load<i32>(slotOf(t), slotLeftRows)
    const parentRows = load<i32>(parent, leafRows)
    if (min(leftRows, parentRows - leftRows) < minRows && !load<i32>(parent, leafIsCounted)) {
      searchCounted(parent, slot)
      continue
    }
    const right = leafAt(count)
    const parentGradient = load<f64>(parent, leafGradient)
    const node = load<i32>(parent, leafNode)
    const direction = isBounded ? directionOf(load<i32>(parent, bestFeature)) : 0
    const low = load<f64>(parent, leafLow)
    const high = load<f64>(parent, leafHigh)
    if (thread === 0) branch(tree, node, 2 * count - 1, parent, parentRows)
    makeLeaf(
      right,
      2 * count,
      start + leftOwn,
      own - leftOwn,
      parentRows - leftRows,
      parentGradient - leftGradient,
      rightHessian,
    )
    makeLeaf(parent, 2 * count - 1, start, leftOwn, leftRows, leftGradient, leftHessian)
    if (isBounded) boundChildren(parent, right, direction, low, high, lambda)
    count++
    if (isLast) break
    const small = leftIsSmall ? parent : right
    const large = leftIsSmall ? right : parent
    const smallSlot = slots++
    store<i32>(small, smallSlot, leafSlot)
    store<i32>(large, slot, leafSlot)
    const left = leafAt(chosen)
    const splitsLeft = !isFinal(left)
    const splitsRight = !isFinal(right)
    clearBest(slotOf(thread) + slotBestLeft)
    clearBest(slotOf(thread) + slotBestRight)
    // One feature after the other, so that its sums are still near.
    for (let feature = firstFeature(thread), end = firstFeature(thread + 1); feature < end; feature++) {
      gather(feature, histogramOf(smallSlot))
      subtract(feature, histogramOf(slot), histogramOf(smallSlot))
      if (splitsLeft) searchFeature(feature, left, load<i32>(left, leafSlot), false, slotBestLeft)
      if (splitsRight) searchFeature(feature, right, load<i32>(right, leafSlot), false, slotBestRight)
    }
    meet()
    if (splitsLeft) choose(left, slotBestLeft)
    if (splitsRight) choose(right, slotBestRight)
    if (splitsLeft && needsCounts(leftRows)) searchCounted(left, load<i32>(left, leafSlot))
    if (splitsRight && needsCounts(parentRows - leftRows)) searchCounted(right, load<i32>(right, leafSlot))
  }
  for (let i = 0; i < count; i++) {
    const leaf = leafAt(i)
    const value = <f32>(leafAnswer(leaf, lambda) * (hessianUnit / gradientUnit) * learningRate)
    store<f32>(leaf, value, bestGain)
    if (thread === 0) leafValue(tree, load<i32>(leaf, leafNode), value, load<i32>(leaf, leafRows))
  }
  return count
}
