import { intervalShares } from '../../../../shared/model/forecast.ts'
import { quantile } from '../../numerics/index.ts'
import type { Frame } from './frame.ts'

/** Errors of a step from which on it has an interval of its own; fewer are taken with those of all steps. */
const enoughErrors = 20

/** The errors (truth less answer) that the middle 80 % of a step's rows lie between. */
export type Spread = readonly [low: number, high: number]

/** For each step ahead, from the answers to these rows, which were not learned from. No promise where the errors change. */
export function spreadsOf({ horizon, steps, values }: Frame, rows: Int32Array, answers: ArrayLike<number>): Spread[] {
  const errors = Array.from(rows, (row, i) => values[row]! - answers[i]!)
  return Array.from({ length: horizon }, (_, i): Spread => {
    const own = errors.filter((_, at) => steps[rows[at]!] === i + 1)
    const used = own.length >= enoughErrors ? own : errors
    return [quantile(used, intervalShares[0]), quantile(used, intervalShares[1])]
  })
}

/** One of these rows each: what the interval of its step reaches from and to. */
export function boundsOf({ steps }: Frame, rows: Int32Array, answers: ArrayLike<number>, spreads: readonly Spread[]) {
  const end = (side: 0 | 1) => Float64Array.from(rows, (row, i) => answers[i]! + spreads[steps[row]! - 1]![side])
  return [end(0), end(1)] as const
}

/**
 * One of these rows each: the mean of |y(t) − y(t − season)| of its series, over the values up to the last that was learned from; NaN where no
 * two of them lie a season apart. What MASE divides by.
 */
export function scaleOf(
  { series, ofSeries, origins, steps, season }: Frame,
  learned: Int32Array,
  rows: Int32Array,
): Float64Array {
  const ends = new Int32Array(series.length)
  for (const row of learned) {
    const of = ofSeries[row]!
    ends[of] = Math.max(ends[of]!, origins[row]! + steps[row]! - series[of]!.first + 1)
  }
  const scales = series.map(({ values }, of) => {
    const changes = values
      .subarray(season, Math.max(season, ends[of]!))
      .map((value, i) => Math.abs(value - values[i]!))
      .filter(change => !Number.isNaN(change))
    return changes.reduce((sum, change) => sum + change, 0) / changes.length
  })
  return Float64Array.from(rows, row => scales[ofSeries[row]!]!)
}
