import { argsort, searchSorted } from '../../numerics/index.ts'
import type { Curve, Recalibrator } from './calibrator.ts'
import { oneAgainstRest } from './one-against-rest.ts'

/** Ascending places and the values there; between them a straight line, beyond them the outer values. */
export interface Steps {
  x: Float64Array
  y: Float64Array
}

/**
 * A probability rises by at most this with each unit of log-odds: a copy that sums in another order is a few millionths off, and has to answer the same.
 */
const steepest = 10

export const isotonic: Recalibrator = {
  id: 'isotonic',
  fit: rows =>
    oneAgainstRest(rows, (scores, isOfClass) => curveOf(lessSteep(isotonicSteps(scores, isOfClass), steepest))),
}

/**
 * The non-decreasing steps with the least squared error, by pooling adjacent violators (Barlow et al. 1972); equal scores are one place. Of each pool
 * the two ends are kept, as scikit-learn's IsotonicRegression does. Exact and deterministic; O(n log n).
 */
export function isotonicSteps(scores: Float64Array, isOfClass: ArrayLike<number>): Steps {
  const pools: { first: number; last: number; sum: number; rows: number }[] = []
  for (const row of argsort(scores)) {
    const score = scores[row]!
    const before = pools.at(-1)
    if (before && before.first === before.last && before.last === score) {
      before.sum += isOfClass[row]!
      before.rows += 1
    } else {
      // The pool before has all its rows: it may fall below the one before it.
      merge(pools)
      pools.push({ first: score, last: score, sum: isOfClass[row]!, rows: 1 })
    }
  }
  merge(pools)
  const x: number[] = []
  const y: number[] = []
  for (const { first, last, sum, rows } of pools) {
    for (const place of first === last ? [first] : [first, last]) {
      x.push(place)
      y.push(sum / rows)
    }
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) }
}

function merge(pools: { first: number; last: number; sum: number; rows: number }[]): void {
  for (let at = pools.length - 1; at > 0; at -= 1) {
    const [before, own] = [pools[at - 1]!, pools[at]!]
    if (before.sum * own.rows < own.sum * before.rows) return
    before.last = own.last
    before.sum += own.sum
    before.rows += own.rows
    pools.pop()
  }
}

/** The same steps, those that rise more quickly made wider about their middle. */
export function lessSteep({ x, y }: Steps, most: number): Steps {
  const [forward, backward] = [Float64Array.from(x), Float64Array.from(x)]
  for (let i = 1; i < x.length; i += 1) forward[i] = Math.max(forward[i]!, forward[i - 1]! + (y[i]! - y[i - 1]!) / most)
  for (let i = x.length - 2; i >= 0; i -= 1)
    backward[i] = Math.min(backward[i]!, backward[i + 1]! - (y[i + 1]! - y[i]!) / most)
  return { x: x.map((_, i) => (forward[i]! + backward[i]!) / 2), y }
}

export function curveOf({ x, y }: Steps): Curve {
  return {
    at(score) {
      const next = searchSorted(x, score, 'right')
      if (next === 0) return y[0]!
      if (next === x.length) return y.at(-1)!
      const share = (score - x[next - 1]!) / (x[next]! - x[next - 1]!)
      return y[next - 1]! + share * (y[next]! - y[next - 1]!)
    },
    // The first value, and what each piece has risen by until there.
    toGraph(graph, scores) {
      const from = x.length > 1 ? x.subarray(0, -1) : x
      const width = Float64Array.from(from, (place, i) => (x[i + 1] ?? place) - place)
      const slope = width.map((own, i) => (own > 0 ? (y[i + 1]! - y[i]!) / own : 0))
      const past = graph.node('Max', [graph.node('Sub', [scores, graph.floats(from)]), graph.float(0)])
      const risen = graph.node('MatMul', [
        graph.node('Min', [past, graph.floats(width)]),
        graph.floats(slope, [slope.length, 1]),
      ])
      return graph.node('Add', [risen, graph.float(y[0]!)])
    },
  }
}
