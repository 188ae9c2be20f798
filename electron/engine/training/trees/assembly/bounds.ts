import { leafGradient, leafHessian, leafHigh, leafLow } from './leaf'

/** The answer of rows inside the bounds of a leaf. Their hessian has λ in it, as in all here. */
function answerOf(leaf: usize, gradient: f64, hessian: f64): f64 {
  return min(max(-gradient / hessian, load<f64>(leaf, leafLow)), load<f64>(leaf, leafHigh))
}

/** How far a leaf's loss falls with its answer inside its bounds. */
function gainOf(answer: f64, gradient: f64, hessian: f64): f64 {
  return -(2 * gradient * answer + hessian * answer * answer)
}

/** Of a split of a leaf that has bounds, as GL²/HL + GR²/HR without; −∞ where the sides are in the wrong order for `direction`. */
export function boundedGain(
  leaf: usize,
  direction: i32,
  leftGradient: f64,
  leftHessian: f64,
  rightGradient: f64,
  rightHessian: f64,
): f64 {
  const left = answerOf(leaf, leftGradient, leftHessian)
  const right = answerOf(leaf, rightGradient, rightHessian)
  if ((direction > 0 && left > right) || (direction < 0 && left < right)) return -Infinity
  return gainOf(left, leftGradient, leftHessian) + gainOf(right, rightGradient, rightHessian)
}

/** The answer of a leaf as it is, in whole-number units; 0 where nothing is known of it. */
export function leafAnswer(leaf: usize, lambda: f64): f64 {
  const hessian = load<f64>(leaf, leafHessian) + lambda
  return hessian > 0 ? answerOf(leaf, load<f64>(leaf, leafGradient), hessian) : 0
}

/**
 * Hands the bounds of a split leaf down to its children. Of a monotone column the middle of their answers parts them, so that nothing that
 * grows on either side can pass it (the basic method of LightGBM).
 */
export function boundChildren(left: usize, right: usize, direction: i32, low: f64, high: f64, lambda: f64): void {
  store<f64>(left, low, leafLow)
  store<f64>(left, high, leafHigh)
  store<f64>(right, low, leafLow)
  store<f64>(right, high, leafHigh)
  if (direction === 0) return
  const middle = (leafAnswer(left, lambda) + leafAnswer(right, lambda)) / 2
  store<f64>(left + (direction > 0 ? leafHigh : leafLow), middle)
  store<f64>(right + (direction > 0 ? leafLow : leafHigh), middle)
}
