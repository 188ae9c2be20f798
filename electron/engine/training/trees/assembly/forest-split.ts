import {
  areSets,
  binKeys,
  binSums,
  classCells,
  classes,
  classLeft,
  classSums,
  cutCounts,
  forestBest,
  minRows,
  splitsAtRandom,
  usedBins,
} from './layout'
import { randomBelow } from './random'
import { bestBin, bestFeature, bestGain, bestMembers, bestMissingLeft } from './split'

/** Most categories that are told from all others in one split. */
const mostMembers = 32
/** Rows that are added to a category, as they are in the node, for its place in the order. */
const smoothing: f64 = 10
/** Logarithm of the ways to part a node that cost nothing: about as many as are apart among the places of a column of numbers. */
const freeWays: f64 = 2.5

function usedAt(index: i32): usize {
  return <usize>load<u8>(usedBins + <usize>index)
}

function sumAt(bin: usize): f64 {
  return load<f64>(binSums + (bin << 4))
}

function weightAt(bin: usize): f64 {
  return load<f64>(binSums + (bin << 4), 8)
}

// The side left of the split under way: Σ weight · target, Σ weight; of classes Σ (Σ weight)² on both sides.
let leftSum: f64 = 0
let leftWeight: f64 = 0
let leftSquares: f64 = 0
let rightSquares: f64 = 0

function startSide(): void {
  leftSum = 0
  leftWeight = 0
  leftSquares = 0
  rightSquares = 0
  for (let k: usize = 0; k < <usize>classes; k++) {
    store<f64>(classLeft + (k << 3), 0)
    const whole = load<f64>(classSums + (k << 3))
    rightSquares += whole * whole
  }
}

function takeLeft(bin: usize): void {
  leftWeight += weightAt(bin)
  if (!classes) {
    leftSum += sumAt(bin)
    return
  }
  const own = classCells + ((bin * <usize>classes) << 2)
  for (let k: usize = 0; k < <usize>classes; k++) {
    const moved = <f64>load<u32>(own + (k << 2))
    if (moved === 0) continue
    const at = classLeft + (k << 3)
    const left = load<f64>(at)
    const right = load<f64>(classSums + (k << 3)) - left
    leftSquares += moved * (2 * left + moved)
    rightSquares -= moved * (2 * right - moved)
    store<f64>(at, left + moved)
  }
}

/**
 * How much purer the sides are, but for what is the same of every split: Σ of each side's (Σ weight · target)² / Σ weight, by class where there
 * are classes (variance and Gini impurity: Breiman et al. 1984, "Classification and Regression Trees").
 */
function gainOf(sum: f64, weight: f64): f64 {
  const rightWeight = weight - leftWeight
  if (classes) return leftSquares / leftWeight + rightSquares / rightWeight
  const rightSum = sum - leftSum
  return (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / rightWeight
}

/**
 * Looks for a better split on a column of which `used` bins have rows; leaves zeros in them. `spread` is that of a row's target,
 * which sets of categories are priced by; 0 where they cost nothing.
 */
export function scanColumn(feature: i32, used: i32, sum: f64, weight: f64, spread: f64): void {
  if (used > 1) {
    if (load<u8>(areSets + <usize>feature)) scanSets(feature, used, sum, weight, spread)
    else scanNumbers(feature, used, sum, weight)
  }
  for (let i = 0; i < used; i++) {
    const bin = usedAt(i)
    v128.store(binSums + (bin << 4), f64x2.splat(0))
    if (classes) memory.fill(classCells + ((bin * <usize>classes) << 2), 0, (<usize>classes) << 2)
  }
}

function scanNumbers(feature: i32, used: i32, sum: f64, weight: f64): void {
  const cuts = <usize>load<i32>(cutCounts + ((<usize>feature) << 2))
  const hasMissing = usedAt(used - 1) === cuts + 1
  const values = hasMissing ? used - 1 : used
  // Without missing values the last bin has none to its right.
  const places = hasMissing && usedAt(values - 1) < cuts ? values : values - 1
  if (places < 1) return
  const drawn = splitsAtRandom ? <i32>randomBelow(places) : -1
  const sides = hasMissing ? 2 : 1
  for (let side = 0; side < sides; side++) {
    startSide()
    if (side) takeLeft(cuts + 1)
    for (let i = 0; i < places; i++) {
      const bin = usedAt(i)
      takeLeft(bin)
      if (drawn >= 0 && i !== drawn) continue
      if (leftWeight < <f64>minRows) continue
      if (weight - leftWeight < <f64>minRows) break
      const gain = gainOf(sum, weight)
      if (!(gain > load<f64>(forestBest, bestGain))) continue
      store<f64>(forestBest, gain, bestGain)
      store<i32>(forestBest, feature, bestFeature)
      store<i32>(forestBest, <i32>bin, bestBin)
      store<i32>(forestBest, side, bestMissingLeft)
    }
  }
}

/**
 * Categories in the order of their mean, or of the share of the node's most frequent class; the ends of it go left (Fisher 1958). The last
 * bin holds those that are not told apart, which always go right. Of many sets one looks good by chance: `ways` is the logarithm of how many there
 * are of so many members, and the best of n splits of noise gains about 2 ln n times the spread of a row.
 */
function scanSets(feature: i32, used: i32, sum: f64, weight: f64, spread: f64): void {
  const categories = <usize>load<i32>(cutCounts + ((<usize>feature) << 2))
  const told = usedAt(used - 1) === categories ? used - 1 : used
  let most: usize = 0
  for (let k: usize = 1; k < <usize>classes; k++) {
    if (load<f64>(classSums + (k << 3)) > load<f64>(classSums + (most << 3))) most = k
  }
  const mean = (classes ? load<f64>(classSums + (most << 3)) : sum) / weight
  for (let i = 0; i < told; i++) {
    const bin = usedAt(i)
    const own = classes ? <f64>load<u32>(classCells + ((bin * <usize>classes + most) << 2)) : sumAt(bin)
    place(i, bin, (own + smoothing * mean) / (weightAt(bin) + smoothing))
  }
  const members = min(mostMembers, told === used ? told - 1 : told)
  if (members < 1) return
  const drawn = splitsAtRandom ? <i32>randomBelow(members) : -1
  for (let end = 0; end < 2; end++) {
    startSide()
    let ways: f64 = 0
    for (let i = 0; i < members; i++) {
      takeLeft(usedAt(end ? told - 1 - i : i))
      ways += Math.log(<f64>(told - i) / <f64>(i + 1))
      if (drawn >= 0 && i !== drawn) continue
      if (leftWeight < <f64>minRows) continue
      if (weight - leftWeight < <f64>minRows) break
      const gain = gainOf(sum, weight) - 2 * spread * max(0, ways - freeWays)
      if (!(gain > load<f64>(forestBest, bestGain))) continue
      store<f64>(forestBest, gain, bestGain)
      store<i32>(forestBest, feature, bestFeature)
      store<i32>(forestBest, 0, bestBin)
      store<i32>(forestBest, 0, bestMissingLeft)
      memory.fill(forestBest + bestMembers, 0, 32)
      for (let k = 0; k <= i; k++) {
        const bin = <u32>usedAt(end ? told - 1 - k : k)
        const word = forestBest + bestMembers + ((<usize>(bin >> 5)) << 2)
        store<u32>(word, load<u32>(word) | (1 << (bin & 31)))
      }
    }
  }
}

/** Puts a bin into the order of the `used` before it; equal ones keep the order of their bins. */
function place(used: i32, bin: usize, key: f64): void {
  let at = used
  while (at > 0 && load<f64>(binKeys + ((<usize>(at - 1)) << 3)) > key) {
    store<f64>(binKeys + ((<usize>at) << 3), load<f64>(binKeys + ((<usize>(at - 1)) << 3)))
    store<u8>(usedBins + <usize>at, load<u8>(usedBins + <usize>(at - 1)))
    at--
  }
  store<f64>(binKeys + ((<usize>at) << 3), key)
  store<u8>(usedBins + <usize>at, <u32>bin)
}
