import { boundedGain } from './bounds'
import { columns, cutCounts, leastGain } from './layout'

/** The best split found so far of one leaf, as a struct of 72 bytes. Gains are in whole-number units. */
export const bestGain: usize = 0
export const bestFeature: usize = 8
export const bestBin: usize = 12
export const bestMissingLeft: usize = 16
export const bestColumn: usize = 20
export const bestLeftGradient: usize = 24
export const bestLeftHessian: usize = 32
/** Of a column of categories: a bit for each bin that goes left. */
export const bestMembers: usize = 40
export const bestBytes: usize = 72

export function clearBest(best: usize): void {
  store<f64>(best, 0, bestGain)
  store<i32>(best, -1, bestFeature)
  store<i32>(best, 0x7fff_ffff, bestColumn)
}

/** True when the split at `a` goes before the one at `b`: larger gain, then the column that comes first. */
export function goesBefore(a: usize, b: usize): bool {
  const gain = load<f64>(a, bestGain)
  const other = load<f64>(b, bestGain)
  return gain > other || (gain === other && load<i32>(a, bestColumn) < load<i32>(b, bestColumn))
}

/**
 * Looks for a better split of a leaf on one feature, and writes it to `best`. Gain GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ) (Chen and
 * Guestrin, KDD 2016, eq. 7, without ½ and γ). Rows with a missing value go to the side where the gain is larger. `counts` is 0 where the
 * rows of a side need not be counted, `bounded` (the leaf) where
 * answers keep inside bounds and `Bounds` is f64; without them (i32) the loop is compiled as if there were none.
 */
export function scan<Bounds>(
  feature: i32,
  histogram: usize,
  counts: usize,
  gradient: f64,
  hessian: f64,
  total: i32,
  lambda: f64,
  fewestHessian: f64,
  fewestRows: i32,
  gainUnit: f64,
  best: usize,
  bounded: usize,
  direction: i32,
): void {
  const last = load<i32>(cutCounts + ((<usize>feature) << 2))
  const missing = (<usize>last + 1) << 3
  const absent = load<i64>(histogram + missing)
  const column = load<i32>(columns + ((<usize>feature) << 2))
  const whole = (gradient * gradient) / (hessian + lambda)
  const least = leastGain * gainUnit
  let most = load<f64>(best, bestGain)
  let mostColumn = load<i32>(best, bestColumn)
  for (let side = 0; side < (absent === 0 ? 1 : 2); side++) {
    let sum: i64 = side ? absent : 0
    let count: i32 = side && counts ? <i32>load<u32>(counts + (missing >> 1)) : 0
    for (let bin = 0; bin < last; bin++) {
      const cell = load<i64>(histogram + ((<usize>bin) << 3))
      if (cell === 0) continue
      sum += cell
      const leftHessian = <f64>(sum & 0xffff_ffff)
      if (counts) {
        count += <i32>load<u32>(counts + ((<usize>bin) << 2))
        if (count < fewestRows) continue
        if (total - count < fewestRows) break
      }
      if (leftHessian < fewestHessian) continue
      const rightHessian = hessian - leftHessian
      if (rightHessian < fewestHessian) break
      const leftGradient = <f64>(sum >> 32)
      const rightGradient = gradient - leftGradient
      let gain: f64
      if (isFloat<Bounds>()) {
        const left = leftHessian + lambda
        gain = boundedGain(bounded, direction, leftGradient, left, rightGradient, rightHessian + lambda) - whole
      } else {
        const squares = pair(leftGradient * leftGradient, rightGradient * rightGradient)
        const parts = f64x2.div(squares, pair(leftHessian + lambda, rightHessian + lambda))
        gain = f64x2.extract_lane(parts, 0) + f64x2.extract_lane(parts, 1) - whole
      }
      if (gain > least && (gain > most || (gain === most && column < mostColumn))) {
        most = gain
        mostColumn = column
        store<f64>(best, gain, bestGain)
        store<i32>(best, feature, bestFeature)
        store<i32>(best, bin, bestBin)
        store<i32>(best, side, bestMissingLeft)
        store<i32>(best, column, bestColumn)
        store<f64>(best, leftGradient, bestLeftGradient)
        store<f64>(best, leftHessian, bestLeftHessian)
      }
    }
  }
}

function pair(low: f64, high: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(low), 1, high)
}
