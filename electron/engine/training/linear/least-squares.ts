import type { LinearProblem } from './objectives.ts'

/** Columns up to which the products of all pairs are worked out once. */
export const mostColumns = 1000
const mostSweeps = 10_000
const tolerance = 1e-12

/**
 * Minimises ½ Σ (x·w + b − y)² + l2/2 |w|² + l1 |w|₁ over w [width] and b, from the products of all pairs of columns: by Cholesky where
 * l1 is 0, else by coordinate descent (Friedman, Hastie and Tibshirani 2010, §2.2, covariance updates) until no weight's move would
 * change the loss by more than 1e-12 of that of y's deviation. Gives [w, b]. Deterministic; throws the signal's reason.
 */
export function leastSquares(
  { matrix, width, target, l2 }: LinearProblem,
  l1: number,
  signal: AbortSignal,
): Float64Array {
  const rows = target.length
  const means = new Float64Array(width)
  for (let i = 0; i < matrix.length; i += 1) means[i % width]! += matrix[i]! / rows
  const middle = target.reduce((sum, value) => sum + value / rows, 0)
  const products = new Float64Array(width * width)
  const withTarget = new Float64Array(width)
  const own = new Float64Array(width)
  let total = 0
  for (let row = 0; row < rows; row += 1) {
    if (row % 1024 === 0) signal.throwIfAborted()
    for (let j = 0; j < width; j += 1) own[j] = matrix[row * width + j]! - means[j]!
    const error = target[row]! - middle
    total += error * error
    for (let j = 0; j < width; j += 1) {
      const value = own[j]!
      if (value === 0) continue
      withTarget[j]! += value * error
      const at = j * width
      for (let k = 0; k <= j; k += 1) products[at + k]! += value * own[k]!
    }
  }
  for (let j = 0; j < width; j += 1) for (let k = 0; k < j; k += 1) products[k * width + j] = products[j * width + k]!
  const weights = l1 === 0 ? cholesky(products, withTarget, l2) : descend(products, withTarget, { l1, l2, total })
  const point = new Float64Array(width + 1)
  point.set(weights)
  point[width] = weights.reduce((left, weight, j) => left - weight * means[j]!, middle)
  return point
}

/** Solves (A + l2 I) w = b for a symmetric A [n, n]; a column that others make up altogether gets weight 0. */
function cholesky(products: Float64Array, right: Float64Array, l2: number): Float64Array {
  const n = right.length
  const lower = new Float64Array(n * n)
  for (let j = 0; j < n; j += 1) {
    let pivot = products[j * n + j]! + l2
    const size = pivot
    for (let k = 0; k < j; k += 1) pivot -= lower[j * n + k]! ** 2
    const root = pivot > 1e-12 * size ? Math.sqrt(pivot) : 0
    lower[j * n + j] = root
    for (let i = j + 1; i < n && root > 0; i += 1) {
      let sum = products[i * n + j]!
      for (let k = 0; k < j; k += 1) sum -= lower[i * n + k]! * lower[j * n + k]!
      lower[i * n + j] = sum / root
    }
  }
  const weights = Float64Array.from(right)
  for (let j = 0; j < n; j += 1) {
    for (let k = 0; k < j; k += 1) weights[j]! -= lower[j * n + k]! * weights[k]!
    weights[j] = lower[j * n + j] === 0 ? 0 : weights[j]! / lower[j * n + j]!
  }
  for (let j = n - 1; j >= 0; j -= 1) {
    for (let k = j + 1; k < n; k += 1) weights[j]! -= lower[k * n + j]! * weights[k]!
    weights[j] = lower[j * n + j] === 0 ? 0 : weights[j]! / lower[j * n + j]!
  }
  return weights
}

function descend(
  products: Float64Array,
  right: Float64Array,
  { l1, l2, total }: { l1: number; l2: number; total: number },
): Float64Array {
  const n = right.length
  const weights = new Float64Array(n)
  /** What each column still has in common with the rest of the target. */
  const left = Float64Array.from(right)
  for (let sweep = 0; sweep < mostSweeps; sweep += 1) {
    let most = 0
    for (let j = 0; j < n; j += 1) {
      const curvature = products[j * n + j]!
      if (curvature === 0) continue
      const before = weights[j]!
      const pull = left[j]! + curvature * before
      const next = (Math.sign(pull) * Math.max(0, Math.abs(pull) - l1)) / (curvature + l2)
      const move = next - before
      if (move === 0) continue
      weights[j] = next
      for (let k = 0; k < n; k += 1) left[k]! -= move * products[j * n + k]!
      most = Math.max(most, curvature * move * move)
    }
    if (most <= tolerance * total * tolerance) break
  }
  return weights
}
