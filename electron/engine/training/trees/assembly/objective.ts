import { exp1, exp4, log1p4 } from './exponential'
import {
  blockRows,
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
 * Derivatives of own rows at the present scores, their sums, and the sum of the loss: (score − y)², or log-loss. Rows that are not there
 * fill the last four up.
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
    else loss += deriveSoftmax(from, to)
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
  const at = sumOf(thread, 0)
  store<f64>(at, load<f64>(at) + sum)
  store<f64>(at, load<f64>(at, 8) + <f64>(to - from), 8)
  return loss
}

function deriveLogistic(from: i32, to: i32): f64 {
  const one = f32x4.splat(1)
  const zero = f32x4.splat(0)
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
    const wrong = v128.bitselect(part, whole, isRight)
    let hessian = f32x4.mul(whole, part)
    let lost = f32x4.add(log1p4(e), f32x4.max(zero, f32x4.neg(margin)))
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
  const at = sumOf(thread, 0)
  store<f64>(at, load<f64>(at) + total2(sum))
  store<f64>(at, load<f64>(at, 8) + total2(sumHessian), 8)
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
      const total = sumOf(thread, k)
      store<f64>(total, load<f64>(total) + <f64>(k === truth ? 1 - probability : probability))
      store<f64>(total, load<f64>(total, 8) + <f64>(probability * (1 - probability)), 8)
    }
    loss += Math.log(<f64>sum) - <f64>(load<f32>(scores + own + ((<usize>truth) << 2)) - most)
  }
  return loss
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
      loss += Math.log(sum) - <f64>(load<f32>(own + (truth << 2)) - most)
    } else if (objective === 1) {
      const score = load<f32>(validationScores + at)
      const margin = load<f32>(validationTarget + at) > 0 ? score : -score
      const e = exp4(f32x4.splat(-abs(margin)))
      loss += <f64>f32x4.extract_lane(log1p4(e), 0) + <f64>max<f32>(0, -margin)
    } else {
      const error = <f64>(load<f32>(validationScores + at) - load<f32>(validationTarget + at))
      loss += error * error
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
  return objective === 0 ? 1 : unitFor(sumOver(k, 8), 4294967295.0 - <f64>rows)
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
      gradient = <f64>(<i32>load<f32>(target + (row << 2)) === k ? probability - 1 : probability)
      hessian = <f64>(probability * (1 - probability))
    } else {
      gradient = <f64>load<f32>(gradients + (row << 2))
      hessian = objective === 0 ? 1 : <f64>load<f32>(hessians + (row << 2))
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
