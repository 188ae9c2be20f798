import { leafBytes, leaves } from './layout'
import { bestGain, clearBest } from './split'

// A leaf as this thread keeps it: all threads keep the same, but for the place of their own rows. 72 bytes of it are its best split.
export const leafNode: usize = 72
export const leafSlot: usize = 76
export const leafStart: usize = 80
export const leafCount: usize = 84
export const leafGradient: usize = 88
export const leafHessian: usize = 96
export const leafRows: usize = 104
/** 1 when its best split keeps to the fewest rows for certain. */
export const leafIsCounted: usize = 108
/** What its answer, in whole-number units, must lie between. */
export const leafLow: usize = 112
export const leafHigh: usize = 120

export function leafAt(index: i32): usize {
  return leaves + <usize>index * leafBytes
}

export function makeLeaf(
  leaf: usize,
  node: i32,
  start: i32,
  count: i32,
  total: i32,
  gradient: f64,
  hessian: f64,
): void {
  clearBest(leaf)
  store<i32>(leaf, node, leafNode)
  store<i32>(leaf, -1, leafSlot)
  store<i32>(leaf, start, leafStart)
  store<i32>(leaf, count, leafCount)
  store<i32>(leaf, total, leafRows)
  store<f64>(leaf, gradient, leafGradient)
  store<f64>(leaf, hessian, leafHessian)
  store<i32>(leaf, 0, leafIsCounted)
  store<f64>(leaf, -Infinity, leafLow)
  store<f64>(leaf, Infinity, leafHigh)
}

export function leafValueOf(index: i32): f32 {
  return load<f32>(leafAt(index), bestGain)
}

export function leafStartOf(index: i32): i32 {
  return load<i32>(leafAt(index), leafStart)
}

export function leafCountOf(index: i32): i32 {
  return load<i32>(leafAt(index), leafCount)
}
