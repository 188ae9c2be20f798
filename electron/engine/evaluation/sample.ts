import type { ScoredRows } from './scored-rows.ts'

/** How many rows are of each class, are predicted as it, and are both. */
export interface ClassCounts {
  actual: Float64Array
  predicted: Float64Array
  hits: Float64Array
}

/**
 * Scored rows, each counted `weights[row]` times: all once, or a resample. The weights sum to the number of rows. They are
 * refilled in place; `renew` says so.
 */
export class Sample {
  readonly rows: ScoredRows
  readonly weights: Uint16Array
  readonly #counts: ClassCounts
  #totals: Int32Array | null = null
  #isStale = true

  constructor(rows: ScoredRows, weights: Uint16Array = new Uint16Array(rows.rows).fill(1)) {
    this.rows = rows
    this.weights = weights
    const { classCount } = rows
    this.#counts = {
      actual: new Float64Array(classCount),
      predicted: new Float64Array(classCount),
      hits: new Float64Array(classCount),
    }
  }

  renew(): void {
    this.#isStale = true
  }

  get classCounts(): ClassCounts {
    if (this.#isStale) this.#count()
    this.#isStale = false
    return this.#counts
  }

  /** Σ w·x / Σ w of one number a row. Four sums at once, so that an addition need not wait for the one before. */
  mean(values: Float64Array): number {
    const { weights } = this
    const count = values.length
    const even = count - (count % 4)
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let row = 0; row < even; row += 4) {
      a += weights[row]! * values[row]!
      b += weights[row + 1]! * values[row + 1]!
      c += weights[row + 2]! * values[row + 2]!
      d += weights[row + 3]! * values[row + 3]!
    }
    for (let row = even; row < count; row += 1) a += weights[row]! * values[row]!
    return (a + b + (c + d)) / count
  }

  #count(): void {
    const { actual, predicted, hits } = this.#counts
    const { cells } = this.rows
    this.#totals ??= new Int32Array(cells.actual.length)
    const totals = this.#totals.fill(0)
    const { weights } = this
    for (let row = 0; row < weights.length; row += 1) totals[cells.ofRow[row]!]! += weights[row]!
    actual.fill(0)
    predicted.fill(0)
    hits.fill(0)
    for (let cell = 0; cell < totals.length; cell += 1) {
      const total = totals[cell]!
      const is = cells.actual[cell]!
      const said = cells.predicted[cell]!
      actual[is]! += total
      predicted[said]! += total
      if (is === said) hits[is]! += total
    }
  }
}
