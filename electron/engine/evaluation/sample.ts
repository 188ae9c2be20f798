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

  /** Σ w·x / Σ w of one number a row. */
  mean(values: Float64Array): number {
    const { weights } = this
    let sum = 0
    for (let row = 0; row < values.length; row += 1) sum += weights[row]! * values[row]!
    return sum / values.length
  }

  #count(): void {
    const { actual, predicted, hits } = this.#counts
    const { truth, predictedClasses } = this.rows
    const { weights } = this
    actual.fill(0)
    predicted.fill(0)
    hits.fill(0)
    for (let row = 0; row < weights.length; row += 1) {
      const weight = weights[row]!
      const is = truth[row]!
      const said = predictedClasses[row]!
      actual[is]! += weight
      predicted[said]! += weight
      if (is === said) hits[is]! += weight
    }
  }
}
