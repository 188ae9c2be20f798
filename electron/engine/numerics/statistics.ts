/** Σ xᵢ / n; NaN for no values or where one is NaN. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i += 1) sum += values[i]!
  return sum / values.length
}

/**
 * Σ (xᵢ − x̄)² / (n − 1), in one pass by Welford's recurrence (Technometrics 4, 1962), so that a large mean costs no digits.
 * NaN for fewer than two values or where one is NaN.
 */
export function variance(values: ArrayLike<number>): number {
  let center = 0
  let squares = 0
  for (let i = 0; i < values.length; i += 1) {
    const delta = values[i]! - center
    center += delta / (i + 1)
    squares += delta * (values[i]! - center)
  }
  return values.length < 2 ? Number.NaN : squares / (values.length - 1)
}

/**
 * The quantile at `share` in [0, 1] of ascending values: x⌊h⌋ + (h − ⌊h⌋)·(x⌊h⌋₊₁ − x⌊h⌋) with h = share·(n − 1), the type 7 of Hyndman
 * and Fan (The American Statistician 50, 1996). NaN for no values; the values must hold no NaN.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const h = share * (sorted.length - 1)
  const below = Math.floor(h)
  const low = sorted[below] ?? Number.NaN
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN
  return low + (h - below) * (high - low)
}

/** `quantileOfSorted` of values in any order, which are left as they are. */
export function quantile(values: ArrayLike<number>, share: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), share)
}
