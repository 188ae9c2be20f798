import { searchSorted } from '../../../numerics/index.ts'

/** Values of encoded columns as small whole numbers, column by column. */
export interface BinnedMatrix {
  rows: number
  /** One a column: bin of each row. A value lies in the bin of how many thresholds are below it. */
  columns: Uint8Array[]
  /** One a column: ascending float32 thresholds; `x ≤ thresholds[b]` sends bins 0 to b left. */
  thresholds: Float32Array[]
  /** One a column: true where its bins are categories, the last one all that are not told apart. */
  areSets: boolean[]
}

/** The bin of missing values: one after the last of the column's values. */
export function missingBin(thresholds: Float32Array): number {
  return thresholds.length + 1
}

/** Rows that are looked at to find thresholds; more tell nothing new. */
const sampledRows = 200_000

/**
 * Thresholds of each column of a row-major float32 matrix: midpoints between neighbouring distinct values, at most `bins` − 1 of
 * them, at equal counts of rows. Infinities are values like others; NaN is left out.
 */
export function findThresholds(matrix: Float32Array, width: number, bins: number): Float32Array[] {
  const rows = width ? matrix.length / width : 0
  const step = Math.max(1, Math.ceil(rows / sampledRows))
  const sampled = Math.ceil(rows / step)
  const values = new Float32Array(sampled)
  return Array.from({ length: width }, (_, column) => {
    let count = 0
    for (let row = 0; row < rows; row += step) {
      const value = matrix[row * width + column]!
      if (!Number.isNaN(value)) values[count++] = value
    }
    return thresholdsOf(values.subarray(0, count).sort(), bins)
  })
}

function thresholdsOf(sorted: Float32Array, bins: number): Float32Array {
  const distinct: number[] = []
  const counts: number[] = []
  for (const value of sorted) {
    if (distinct.length && value === distinct.at(-1)) counts[counts.length - 1]! += 1
    else {
      distinct.push(value)
      counts.push(1)
    }
  }
  const thresholds: number[] = []
  let left = sorted.length
  let held = 0
  let remaining = bins
  for (let i = 0; i + 1 < distinct.length; i += 1) {
    held += counts[i]!
    const isFew = distinct.length <= bins
    if (!isFew && held < left / remaining) continue
    thresholds.push(between(distinct[i]!, distinct[i + 1]!))
    left -= held
    held = 0
    remaining -= 1
    if (remaining <= 1) break
  }
  return Float32Array.from(thresholds)
}

/** A float32 t with low ≤ t < high. */
function between(low: number, high: number): number {
  if (!Number.isFinite(low)) return low
  const middle = Math.fround(low / 2 + Math.min(high, 3.4e38) / 2)
  return middle >= low && middle < high ? middle : low
}

export function binMatrix(
  matrix: Float32Array,
  width: number,
  thresholds: Float32Array[],
  areSets = thresholds.map(() => false),
): BinnedMatrix {
  const rows = width ? matrix.length / width : 0
  const columns = thresholds.map((cuts, column) => {
    const binned = new Uint8Array(rows)
    const missing = missingBin(cuts)
    for (let row = 0; row < rows; row += 1) {
      const value = matrix[row * width + column]!
      binned[row] = Number.isNaN(value) ? missing : searchSorted(cuts, value, 'left')
    }
    return binned
  })
  return { rows, columns, thresholds, areSets }
}
