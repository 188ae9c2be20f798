import type { BinnedMatrix } from './bins.ts'

/** Bins of a column, the missing one with them. */
export const binStride = 256

/** Sums over the rows of a leaf, `[column · 256 + bin]`. */
export interface Histogram {
  gradient: Float64Array
  hessian: Float64Array
  count: Int32Array
}

/** Histograms are large: one is used again and again. */
export class HistogramPool {
  readonly #columns: number
  readonly #free: Histogram[] = []

  constructor(columns: number) {
    this.#columns = columns
  }

  /** Zeros. */
  take(): Histogram {
    const used = this.#free.pop()
    if (used) {
      used.gradient.fill(0)
      used.hessian.fill(0)
      used.count.fill(0)
      return used
    }
    const length = this.#columns * binStride
    return { gradient: new Float64Array(length), hessian: new Float64Array(length), count: new Int32Array(length) }
  }

  give(histogram: Histogram): void {
    this.#free.push(histogram)
  }
}

/** Adds the rows `order[start]` to `order[end − 1]`, column by column so that each column's bins stay in the cache. */
export function addToHistogram(
  histogram: Histogram,
  { columns }: BinnedMatrix,
  features: Int32Array,
  order: Int32Array,
  start: number,
  end: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  const { gradient, hessian, count } = histogram
  const rows = order.subarray(start, end)
  const own = Float64Array.from(rows, row => gradients[row]!)
  const ownHessians = Float64Array.from(rows, row => hessians[row]!)
  for (const feature of features) {
    const bins = columns[feature]!
    const base = feature * binStride
    for (let i = 0; i < rows.length; i += 1) {
      const at = base + bins[rows[i]!]!
      gradient[at]! += own[i]!
      hessian[at]! += ownHessians[i]!
      count[at]! += 1
    }
  }
}

/** `from` becomes from − part. */
export function subtractHistogram(from: Histogram, part: Histogram): Histogram {
  for (let i = 0; i < from.count.length; i += 1) {
    if (part.count[i] === 0) continue
    from.gradient[i]! -= part.gradient[i]!
    from.hessian[i]! -= part.hessian[i]!
    from.count[i]! -= part.count[i]!
  }
  return from
}
