import { boundedGain } from './bounds'
import { columns, cutCounts, fewestGroupRows, leastGain, setScratch } from './layout'
import {
  bestBin,
  bestColumn,
  bestFeature,
  bestGain,
  bestLeftGradient,
  bestLeftHessian,
  bestMembers,
  bestMissingLeft,
} from './split'

/** Up to so many categories each is held against all others; more are put into an order, and the ends of it are. */
const fewCategories = 4
/** Most categories that are told from all others in one split. */
const mostMembers = 32
/** Added to the hessian of a category for its place in the order, and to λ; fewer rows than this have no place. */
const smoothing: f64 = 10

/** One of the categories in the scratch, 16 bytes: its place in the order, then its bin. */
function entry(index: i32): usize {
  return setScratch + ((<usize>index) << 4)
}

/**
 * Looks for a better split of a leaf on a column of categories: some of them go left, all else right (Fisher 1958, "On grouping for maximum
 * homogeneity": the best sets lie at the ends of the order by gradient over hessian). The last bin holds those that are not told apart,
 * which always go right. `counts` and `bounded` as in `scan`; without them rows are as many as the hessian's share says.
 */
export function scanSets(
  feature: i32,
  histogram: usize,
  counts: usize,
  gradient: f64,
  hessian: f64,
  total: i32,
  lambda: f64,
  fewestHessian: f64,
  fewestRows: i32,
  hessianUnit: f64,
  gainUnit: f64,
  best: usize,
  bounded: usize,
): void {
  const categories = load<i32>(cutCounts + ((<usize>feature) << 2))
  const column = load<i32>(columns + ((<usize>feature) << 2))
  const isFew = categories <= fewCategories
  const smooth = smoothing * hessianUnit
  let used = 0
  for (let bin = 0; bin < categories; bin++) {
    const cell = load<i64>(histogram + ((<usize>bin) << 3))
    const own = <f64>(cell & 0xffff_ffff)
    if (!isFew && <f64>rowsOf(counts, bin, own, hessian, total) < smoothing) continue
    place(used++, bin, <f64>(cell >> 32) / (own + smooth))
  }
  const pull = isFew ? lambda : lambda + smooth
  const whole = (gradient * gradient) / (hessian + lambda)
  const least = leastGain * gainUnit
  const members = isFew ? used : min(mostMembers, (used + 1) >> 1)
  const ends = isFew ? 1 : 2
  for (let end = 0; end < ends; end++) {
    let sum: i64 = 0
    let count = 0
    let group = 0
    for (let i = 0; i < members; i++) {
      const bin = load<i32>(entry(end ? used - 1 - i : i), 8)
      const cell = load<i64>(histogram + ((<usize>bin) << 3))
      const own = rowsOf(counts, bin, <f64>(cell & 0xffff_ffff), hessian, total)
      sum = isFew ? cell : sum + cell
      count = isFew ? own : count + own
      group += own
      const leftHessian = <f64>(sum & 0xffff_ffff)
      const rightHessian = hessian - leftHessian
      if (count < fewestRows || leftHessian < fewestHessian) continue
      if (total - count < fewestRows || rightHessian < fewestHessian) continue
      if (!isFew) {
        if (total - count < fewestGroupRows) break
        if (group < fewestGroupRows) continue
        group = 0
      }
      const leftGradient = <f64>(sum >> 32)
      const rightGradient = gradient - leftGradient
      const left = leftHessian + pull
      const right = rightHessian + pull
      const gain =
        (bounded
          ? boundedGain(bounded, 0, leftGradient, left, rightGradient, right)
          : (leftGradient * leftGradient) / left + (rightGradient * rightGradient) / right) - whole
      const most = load<f64>(best, bestGain)
      if (!(gain > least && (gain > most || (gain === most && column < load<i32>(best, bestColumn))))) continue
      store<f64>(best, gain, bestGain)
      store<i32>(best, feature, bestFeature)
      store<i32>(best, 0, bestBin)
      store<i32>(best, 0, bestMissingLeft)
      store<i32>(best, column, bestColumn)
      store<f64>(best, leftGradient, bestLeftGradient)
      store<f64>(best, leftHessian, bestLeftHessian)
      memory.fill(best + bestMembers, 0, 32)
      for (let k = isFew ? i : 0; k <= i; k++) addMember(best, load<i32>(entry(end ? used - 1 - k : k), 8))
    }
  }
}

function rowsOf(counts: usize, bin: i32, own: f64, hessian: f64, total: i32): i32 {
  if (counts) return load<i32>(counts + ((<usize>bin) << 2))
  return <i32>nearest((own * <f64>total) / hessian)
}

/** Puts a category into the order of the `used` before it; equal ones keep the order of their bins. */
function place(used: i32, bin: i32, key: f64): void {
  let at = used
  while (at > 0 && load<f64>(entry(at - 1)) > key) {
    memory.copy(entry(at), entry(at - 1), 16)
    at--
  }
  store<f64>(entry(at), key)
  store<i32>(entry(at), bin, 8)
}

function addMember(best: usize, bin: i32): void {
  const word = best + bestMembers + ((<usize>(bin >> 5)) << 2)
  store<u32>(word, load<u32>(word) | (1 << (bin & 31)))
}
