import type { NumberCosts } from '../../../../shared/model/costs.ts'
import { quantileOfSorted } from '../../numerics/index.ts'

type Prices = Omit<NumberCosts, 'kind'>

/** Answers are rounded: an error is beyond the tolerance from a millionth of it on. */
const edgeOf = (tolerance: number) => tolerance * (1 + 1e-6)

/** Cost of an error, which is answer − truth. */
export function costOfError(error: number, { over, under, tolerance, beyond }: Prices): number {
  const linear = error > 0 ? over * error : -under * error
  return linear + (Math.abs(error) > edgeOf(tolerance) ? beyond : 0)
}

/**
 * Looks for the shift of all answers at which errors cost least; exact. For costs that only grow with the error it is the quantile
 * under / (under + over) of truth − answer (Koenker and Bassett 1978). Of shifts that cost the same it is the middle.
 */
export class ShiftSearch {
  readonly #prices: Prices
  /** Ascending, less their middle, so that sums of large numbers lose nothing. */
  readonly #residuals: Float64Array
  readonly #center: number
  /** Places in the order in which they were given. */
  readonly #order: Int32Array
  /** Where the cost has a bend or a step, and the middles between, ascending. */
  readonly #places: Float64Array
  /** Of each place: residuals up to it, below what is tolerated there, and up to the end of that. */
  readonly #upTo: Int32Array
  readonly #tooLow: Int32Array
  readonly #within: Int32Array
  readonly #slack: number

  /** `residuals`: truth − answer, one a row, at least one. */
  constructor(residuals: Float64Array, prices: Prices) {
    const order = Int32Array.from(residuals.keys()).sort((a, b) => residuals[a]! - residuals[b]!)
    const sorted = Float64Array.from(order, row => residuals[row]!)
    const center = quantileOfSorted(sorted, 0.5)
    const own = sorted.map(value => value - center)
    const { tolerance, beyond, over, under } = prices
    const edge = edgeOf(tolerance)
    const reach = beyond > 0 ? [-tolerance, 0, tolerance] : [0]
    const bends = Float64Array.from(reach.flatMap(step => Array.from(own, value => value + step))).sort()
    const places = new Float64Array(2 * bends.length - 1)
    bends.forEach((value, i) => {
      places[2 * i] = value
      if (i > 0) places[2 * i - 1] = (bends[i - 1]! + value) / 2
    })
    this.#prices = prices
    this.#residuals = own
    this.#center = center
    this.#order = order
    this.#places = places
    this.#upTo = ranks(own, places, 0, (value, place) => value <= place)
    this.#tooLow = ranks(own, places, -edge, (value, place) => value < place)
    this.#within = ranks(own, places, edge, (value, place) => value <= place)
    const widest = Math.max(Math.abs(own[0]!), Math.abs(own.at(-1)!)) + tolerance
    this.#slack = 1e-12 * (widest * (over + under) + beyond)
  }

  /** The best shift where row i counts `weights[i]` times. */
  find(weights: ArrayLike<number>): number {
    const { over, under, beyond } = this.#prices
    const rows = this.#residuals.length
    const counts = new Float64Array(rows + 1)
    const sums = new Float64Array(rows + 1)
    for (let i = 0; i < rows; i += 1) {
      const weight = weights[this.#order[i]!]!
      counts[i + 1] = counts[i]! + weight
      sums[i + 1] = sums[i]! + weight * this.#residuals[i]!
    }
    const [count, sum] = [counts[rows]!, sums[rows]!]
    const costs = this.#places.map((place, at) => {
      const k = this.#upTo[at]!
      const linear = over * (place * counts[k]! - sums[k]!) + under * (sum - sums[k]! - place * (count - counts[k]!))
      return linear + beyond * (counts[this.#tooLow[at]!]! + count - counts[this.#within[at]!]!)
    })
    const least = costs.reduce((low, cost) => Math.min(low, cost), Number.POSITIVE_INFINITY) + this.#slack * count
    const first = costs.findIndex(cost => cost <= least)
    let last = first
    while (last + 1 < costs.length && costs[last + 1]! <= least) last += 1
    return this.#center + (this.#places[first]! + this.#places[last]!) / 2
  }
}

/** Of each place the number of ascending values that stand before place + step. */
function ranks(
  values: Float64Array,
  places: Float64Array,
  step: number,
  isBefore: (value: number, place: number) => boolean,
): Int32Array {
  let count = 0
  return Int32Array.from(places, place => {
    while (count < values.length && isBefore(values[count]!, place + step)) count += 1
    return count
  })
}
