import { studentUpperTail } from '../numerics/index.ts'

/** Count, mean and squares of numbers, added one by one; of two sets by `plus`, of what is left by `minus`. */
export interface Moments {
  count: number
  sum: number
  squares: number
}

export const noMoments = (): Moments => ({ count: 0, sum: 0, squares: 0 })

export function addTo(moments: Moments, value: number): void {
  moments.count += 1
  moments.sum += value
  moments.squares += value * value
}

export const minus = (all: Moments, part: Moments): Moments => ({
  count: all.count - part.count,
  sum: all.sum - part.sum,
  squares: all.squares - part.squares,
})

export const meanOf = ({ count, sum }: Moments): number => sum / count
export const varianceOf = ({ count, sum, squares }: Moments) =>
  Math.max(0, squares - (sum * sum) / count) / Math.max(1, count - 1)

export interface MeanGap {
  /** Mean of the first less that of the second. */
  rise: number
  /** 95 %. */
  interval: [number, number]
  /** Of "the first is not greater", one-sided. */
  pValue: number
}

const normal = 1.959964

/** Welch 1947: two means whose spreads may differ. Null where one of them has fewer than two values. */
export function meanGap(one: Moments, other: Moments): MeanGap | null {
  if (one.count < 2 || other.count < 2) return null
  const rise = meanOf(one) - meanOf(other)
  const [a, b] = [varianceOf(one) / one.count, varianceOf(other) / other.count]
  const error = Math.sqrt(a + b)
  if (error === 0) return { rise, interval: [rise, rise], pValue: rise > 0 ? 0 : 1 }
  const df = (a + b) ** 2 / ((a * a) / (one.count - 1) + (b * b) / (other.count - 1))
  const margin = criticalOf(df) * error
  return { rise, interval: [rise - margin, rise + margin], pValue: studentUpperTail(rise / error, df) }
}

/** The t that 2.5 % lie above, by halving. */
export function criticalOf(df: number): number {
  if (df > 1e6) return normal
  let [low, high] = [normal, 700]
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (studentUpperTail(middle, df) > 0.025) low = middle
    else high = middle
  }
  return high
}
