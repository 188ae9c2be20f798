import { setImmediate as nextTurn } from 'node:timers/promises'
import { normalQuantile, type Pcg32, quantileOfSorted, Resampler, studentUpperTail } from '../numerics/index.ts'

/** The event loop, and with it a cancel, gets its turn after this long. */
const turnMs = 40
/** On fewer rows a percentile interval is too narrow to call anything a difference. */
const leastRows = 10
/** The same of sets of rows that are drawn together. */
const leastSets = 5

/**
 * Beyond this many rows the spread is taken from as many of them, chosen at random, and narrowed by √(chosen / rows): work and
 * memory stay bounded, and what 50,000 rows leave open of a spread (0.3 %) is less than what 2,000 resamples do (some 3 %). More
 * classes cost more, so fewer rows.
 */
export function rowsForSpread(rows: number, classCount: number): number {
  return Math.min(rows, Math.max(5_000, Math.floor(500_000 / Math.max(10, classCount))))
}

/** `count` different positions of `rows`, in random order. */
export function choosePositions(rows: number, count: number, random: Pcg32): Int32Array {
  const positions = Int32Array.from({ length: rows }, (_, i) => i)
  for (let i = 0; i < count; i += 1) {
    const j = i + random.nextBelow(rows - i)
    const kept = positions[i]!
    positions[i] = positions[j]!
    positions[j] = kept
  }
  return positions.subarray(0, count)
}

/**
 * What a resample draws: the rows, or with `together` (one number a row) the sets of rows of the same number, since rows that share values
 * tell less than as many that do not. `spread` brings what was drawn into the weights of the rows.
 */
export function drawable(
  weights: Uint16Array,
  together?: Int32Array,
): { drawn: Uint16Array; spread(): void; isFew: boolean } {
  if (!together) return { drawn: weights, spread() {}, isFew: weights.length < leastRows }
  const places = new Map<number, number>()
  for (const set of together) if (!places.has(set)) places.set(set, places.size)
  const ofRow = together.map(set => places.get(set)!)
  const drawn = new Uint16Array(places.size).fill(1)
  const spread = () => {
    ofRow.forEach((set, row) => {
      weights[row] = drawn[set]!
    })
  }
  return { drawn, spread, isFew: drawn.length < leastSets }
}

/**
 * Fills `weights` with one resample of the rows after another and measures each: `measure` gives one number a quantity, null where it
 * is undefined on that resample. Gives per quantity the defined values, ascending.
 */
export async function bootstrap(
  weights: Uint16Array,
  measure: () => readonly (number | null)[],
  options: { resamples: number; random: Pcg32; signal?: AbortSignal },
): Promise<Float64Array[]> {
  const resampler = new Resampler(options.random)
  const values: number[][] = []
  let turnAt = performance.now() + turnMs
  for (let i = 0; i < options.resamples; i += 1) {
    if (performance.now() > turnAt) {
      await nextTurn()
      turnAt = performance.now() + turnMs
    }
    options.signal?.throwIfAborted()
    resampler.fill(weights)
    measure().forEach((value, quantity) => {
      if (i === 0) values.push([])
      if (value !== null) values[quantity]!.push(value)
    })
  }
  return values.map(own => Float64Array.from(own).sort())
}

/**
 * Share of the bootstrap values that a 95 % interval leaves out at each end, 0.025 and less: of few rows the values are too close together, by
 * √((n − 1) / n) and as a normal variable is to Student's (the expanded percentile interval of Hesterberg 2015, The American Statistician 69, 371-386).
 */
function leftOut(drawn: number): number {
  const narrow = Math.sqrt((drawn - 1) / drawn)
  let [low, high] = [0, 0.025]
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2
    if (studentUpperTail(-normalQuantile(middle) * narrow, drawn - 1) < 0.025) low = middle
    else high = middle
  }
  return low
}

/**
 * The 95 % percentile interval of bootstrap values (Efron and Tibshirani 1993, §13.3), or null when most resamples left the
 * quantity undefined. `drawn` is how many rows, or sets of them, a resample draws, `center` is the quantity on the rows that were resampled, `estimate` on all of them, `narrowing`
 * √(resampled / all). Where `center` is not even in the middle half of them, as of means over many classes of few rows, of which each resample
 * misses some, they are biased, and the rows are against the truth as well: the interval is then mirrored at the value (the basic one, §13.4), and
 * reaches to it.
 */
export function percentileInterval(
  sorted: Float64Array,
  resamples: number,
  { drawn, center, estimate, narrowing }: { drawn: number; center: number; estimate: number; narrowing: number },
): [number, number] | null {
  if (sorted.length < resamples / 2) return null
  const from = (share: number) => narrowing * (quantileOfSorted(sorted, share) - center)
  const out = leftOut(drawn)
  const [low, high] = [from(out), from(1 - out)]
  if (from(0.25) > 0 || from(0.75) < 0) return [estimate + Math.min(0, -high), estimate + Math.max(0, -low)]
  return [estimate + low, estimate + high]
}
