import { exp1, exp4, log1p4 } from './exponential'
import {
  alpha,
  blockRows,
  classWeights,
  drawLimit,
  gradients,
  hessians,
  objective,
  order,
  orderStart,
  outputs,
  ownedRows,
  records,
  round,
  rowStride,
  rows,
  scores,
  seed,
  slotGradient,
  slotHessian,
  slotLoss,
  slotOf,
  slotRows,
  slotValidationLoss,
  sums,
  target,
  thread,
  threads,
  validationScores,
  validationTarget,
} from './layout'

function sumOf(t: i32, k: i32): usize {
  return sums + ((<usize>t * <usize>outputs + <usize>k) << 4)
}

/**
 * Derivatives of own rows at the present scores, their sums, and the sum of the loss: (score − y)², log-loss, the quantile's, or the part of
 * Poisson's deviance that the scores change. Rows that are not there fill the last four up.
 */
export function derive(): void {
  for (let k = 0; k < outputs; k++) {
    store<f64>(sumOf(thread, k), 0)
    store<f64>(sumOf(thread, k), 0, 8)
  }
  let loss: f64 = 0
  for (let from = thread * blockRows; from < rows; from += threads * blockRows) {
    const to = min(from + blockRows, rows)
    if (objective === 0) loss += deriveSquares(from, to)
    else if (objective === 1) loss += deriveLogistic(from, to)
    else if (objective === 2) loss += deriveSoftmax(from, to)
    else if (objective === 3) loss += deriveQuantile(from, to)
    else loss += derivePoisson(from, to)
  }
  store<f64>(slotOf(thread), loss, slotLoss)
}

function deriveSquares(from: i32, to: i32): f64 {
  let sum: f64 = 0
  let loss: f64 = 0
  for (let row = (<usize>from) << 2, end = (<usize>to) << 2; row < end; row += 4) {
    const gradient = load<f32>(scores + row) - load<f32>(target + row)
    store<f32>(gradients + row, gradient)
    sum += <f64>abs(gradient)
    loss += <f64>gradient * <f64>gradient
  }
  addSums(0, sum, <f64>(to - from))
  return loss
}

/** Adds to this thread's sums of output `k`. */
function addSums(k: i32, gradient: f64, hessian: f64): void {
  const at = sumOf(thread, k)
  store<f64>(at, load<f64>(at) + gradient)
  store<f64>(at, load<f64>(at, 8) + hessian, 8)
}

function deriveQuantile(from: i32, to: i32): f64 {
  let sum: f64 = 0
  let loss: f64 = 0
  for (let row = (<usize>from) << 2, end = (<usize>to) << 2; row < end; row += 4) {
    const error = load<f32>(scores + row) - load<f32>(target + row)
    const gradient = error >= 0 ? 1 - alpha : -alpha
    store<f32>(gradients + row, <f32>gradient)
    sum += abs(gradient)
    loss += gradient * <f64>error
  }
  addSums(0, sum, <f64>(to - from))
  return loss
}

/** The expected count; beyond e⁸⁰ it stays. */
function expected(score: f32): f32 {
  return exp1(min<f32>(score, 80))
}

/** Hessians are those of a score 0.7 higher, so that steps keep small where few counts are expected (LightGBM's `poisson_max_delta_step`). */
function derivePoisson(from: i32, to: i32): f64 {
  const larger: f64 = Math.exp(0.7)
  let sum: f64 = 0
  let sumHessian: f64 = 0
  let loss: f64 = 0
  for (let row = (<usize>from) << 2, end = (<usize>to) << 2; row < end; row += 4) {
    const score = load<f32>(scores + row)
    const mean = <f64>expected(score)
    const y = <f64>load<f32>(target + row)
    store<f32>(gradients + row, <f32>(mean - y))
    store<f32>(hessians + row, <f32>(mean * larger))
    sum += abs(mean - y)
    sumHessian += mean * larger
    loss += 2 * (mean - y * <f64>score)
  }
  addSums(0, sum, sumHessian)
  return loss
}

function deriveLogistic(from: i32, to: i32): f64 {
  const one = f32x4.splat(1)
  const zero = f32x4.splat(0)
  const negative = f32x4.splat(load<f32>(classWeights))
  const positive = f32x4.splat(load<f32>(classWeights, 4))
  let sum = f64x2.splat(0)
  let sumHessian = f64x2.splat(0)
  let loss = f64x2.splat(0)
  for (let row = from; row < to; row += 4) {
    const at = (<usize>row) << 2
    const y = v128.load(target + at)
    const isPositive = f32x4.gt(y, zero)
    const score = v128.load(scores + at)
    const margin = v128.bitselect(score, f32x4.neg(score), isPositive)
    const e = exp4(f32x4.neg(f32x4.abs(margin)))
    const whole = f32x4.div(one, f32x4.add(one, e))
    const part = f32x4.mul(e, whole)
    const isRight = f32x4.ge(margin, zero)
    // Of the class that is not the row's.
    const weight = v128.bitselect(positive, negative, isPositive)
    const wrong = f32x4.mul(weight, v128.bitselect(part, whole, isRight))
    let hessian = f32x4.mul(weight, f32x4.mul(whole, part))
    let lost = f32x4.mul(weight, f32x4.add(log1p4(e), f32x4.max(zero, f32x4.neg(margin))))
    v128.store(gradients + at, v128.bitselect(f32x4.neg(wrong), wrong, isPositive))
    v128.store(hessians + at, hessian)
    let counted = wrong
    if (row + 4 > to) {
      const lanes = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(to - row))
      counted = v128.and(counted, lanes)
      hessian = v128.and(hessian, lanes)
      lost = v128.and(lost, lanes)
    }
    sum = f64x2.add(sum, add2(counted))
    sumHessian = f64x2.add(sumHessian, add2(hessian))
    loss = f64x2.add(loss, add2(lost))
  }
  addSums(0, total2(sum), total2(sumHessian))
  return total2(loss)
}

function add2(x: v128): v128 {
  const high = v128.shuffle<i32>(x, x, 2, 3, 2, 3)
  return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(high))
}

function total2(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1)
}

function deriveSoftmax(from: i32, to: i32): f64 {
  let loss: f64 = 0
  const width = (<usize>outputs) << 2
  for (let row = from; row < to; row++) {
    const own = <usize>row * width
    const truth = <i32>load<f32>(target + ((<usize>row) << 2))
    const weight = weightOf(truth)
    let sum: f32 = 0
    const most = largest(scores + own)
    for (let k: usize = 0; k < width; k += 4) {
      const e = exp1(load<f32>(scores + own + k) - most)
      store<f32>(gradients + own + k, e)
      sum += e
    }
    for (let k = 0; k < outputs; k++) {
      const at = gradients + own + ((<usize>k) << 2)
      const probability = load<f32>(at) / sum
      store<f32>(at, probability)
      const wrong: f32 = k === truth ? 1 - probability : probability
      addSums(k, <f64>(weight * wrong), <f64>(weight * probability * (1 - probability)))
    }
    loss += <f64>weight * (Math.log(<f64>sum) - <f64>(load<f32>(scores + own + ((<usize>truth) << 2)) - most))
  }
  return loss
}

function weightOf(place: i32): f32 {
  return load<f32>(classWeights + ((<usize>place) << 2))
}

function largest(row: usize): f32 {
  let most = load<f32>(row)
  for (let k: usize = 4, width = (<usize>outputs) << 2; k < width; k += 4) most = max(most, load<f32>(row + k))
  return most
}

/** The sum of the loss over this thread's share of the validation rows. */
export function validationLoss(from: i32, to: i32): void {
  let loss: f64 = 0
  for (let row = from; row < to; row++) {
    const at = (<usize>row) << 2
    if (objective === 2) {
      const own = validationScores + at * <usize>outputs
      const truth = <usize>load<f32>(validationTarget + at)
      const most = largest(own)
      let sum: f64 = 0
      for (let k = 0; k < outputs; k++) sum += <f64>exp1(load<f32>(own + ((<usize>k) << 2)) - most)
      loss += <f64>weightOf(<i32>truth) * (Math.log(sum) - <f64>(load<f32>(own + (truth << 2)) - most))
    } else if (objective === 1) {
      const score = load<f32>(validationScores + at)
      const isPositive = load<f32>(validationTarget + at) > 0
      const margin = isPositive ? score : -score
      const e = exp4(f32x4.splat(-abs(margin)))
      const lost = <f64>f32x4.extract_lane(log1p4(e), 0) + <f64>max<f32>(0, -margin)
      loss += <f64>weightOf(i32(isPositive)) * lost
    } else {
      const score = load<f32>(validationScores + at)
      const y = load<f32>(validationTarget + at)
      const error = <f64>(score - y)
      if (objective === 0) loss += error * error
      else if (objective === 3) loss += error * (error >= 0 ? 1 - alpha : -alpha)
      else loss += 2 * (<f64>expected(score) - <f64>y * <f64>score)
    }
  }
  store<f64>(slotOf(thread), loss, slotValidationLoss)
}

/** The largest power of two that keeps sums over all rows below `most`: a power, so that it is the same for any number of threads. */
function unitFor(sum: f64, most: f64): f64 {
  if (!(sum > 0)) return 1
  let unit: f64 = 1
  while (unit * sum * 2 < most) unit *= 2
  while (unit * sum >= most) unit /= 2
  return unit
}

function sumOver(k: i32, which: usize): f64 {
  let sum: f64 = 0
  for (let t = 0; t < threads; t++) sum += load<f64>(sumOf(t, k) + which)
  return sum
}

/** Whole-number units of the gradient of output `k`: the sum over any rows stays inside 32 bits, rounding included. */
export function gradientUnit(k: i32): f64 {
  return unitFor(sumOver(k, 0), 2147483647.0 - <f64>rows)
}

export function hessianUnit(k: i32): f64 {
  return objective === 0 || objective === 3 ? 1 : unitFor(sumOver(k, 8), 4294967295.0 - <f64>rows)
}

/** A row's number in this round, evenly over 32 bits. */
function hash(row: u32): u32 {
  let x = row * 0x9e3779b1 + seed()
  x ^= (x >> 16) ^ (round() * 0x85ebca6b)
  x *= 0x85ebca6b
  x ^= x >> 13
  x *= 0xc2b2ae35
  return x ^ (x >> 16)
}

/** Lists own rows in `order`: the drawn ones first, ascending. Gives how many are drawn. */
export function drawRows(): i32 {
  const limit = drawLimit()
  const start = order + ((<usize>orderStart) << 2)
  let drawn = start
  let left = start + ((<usize>ownedRows(thread)) << 2)
  for (let from = thread * blockRows; from < rows; from += threads * blockRows) {
    for (let row = from, to = min(from + blockRows, rows); row < to; row++) {
      if (limit === 0xffff_ffff || hash(<u32>row) <= limit) {
        store<u32>(drawn, <u32>row)
        drawn += 4
      } else {
        left -= 4
        store<u32>(left, <u32>row)
      }
    }
  }
  return <i32>((drawn - start) >> 2)
}

/** Packs the derivatives of output `k` as whole numbers, and publishes the sums over own drawn rows. */
export function pack(k: i32, drawn: i32, gUnit: f64, hUnit: f64): void {
  let sum: i64 = 0
  let sumHessian: i64 = 0
  const first = order + ((<usize>orderStart) << 2)
  for (let at = first, end = first + ((<usize>drawn) << 2); at < end; at += 4) {
    const row = <usize>load<u32>(at)
    let gradient: f64
    let hessian: f64
    if (objective === 2) {
      const probability = load<f32>(gradients + ((row * <usize>outputs + <usize>k) << 2))
      const truth = <i32>load<f32>(target + (row << 2))
      const weight = weightOf(truth)
      gradient = <f64>(weight * (truth === k ? probability - 1 : probability))
      hessian = <f64>(weight * probability * (1 - probability))
    } else {
      gradient = <f64>load<f32>(gradients + (row << 2))
      hessian = objective === 0 || objective === 3 ? 1 : <f64>load<f32>(hessians + (row << 2))
    }
    const wholeGradient = <i64>nearest(gradient * gUnit)
    const wholeHessian = <i64>nearest(hessian * hUnit)
    store<i64>(records + row * <usize>rowStride, (wholeGradient << 32) + wholeHessian)
    sum += wholeGradient
    sumHessian += wholeHessian
  }
  store<f64>(slotOf(thread), <f64>sum, slotGradient)
  store<f64>(slotOf(thread), <f64>sumHessian, slotHessian)
  store<i32>(slotOf(thread), drawn, slotRows)
}
