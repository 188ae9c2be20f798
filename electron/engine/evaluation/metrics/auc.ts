import { argsort } from '../../numerics/index.ts'
import type { ScoredRows } from '../scored-rows.ts'
import { aucOfMany } from './auc-of-many.ts'
import type { Metric, Statistic } from './metric.ts'

/** Of more classes than this a sample is not gone through once a class. */
const manyClasses = 100

/**
 * P(score of a row of the class > score of another row) + ½ P(equal) (Mann and Whitney 1947; Fawcett 2006, §7). More than two
 * classes: the mean of one class against the rest, over the classes that have rows and leave rows.
 */
export const auc: Metric = {
  id: 'auc',
  help: 'How often a row of the class scores higher than a row of another; ties count half. The mean over more than two classes.',
  prepare(rows) {
    if (rows.hasPositive) return oneAgainstRest(rows, 1)
    if (rows.classCount > manyClasses) return aucOfMany(rows)
    const each = Array.from({ length: rows.classCount }, (_, k) => oneAgainstRest(rows, k))
    return sample => {
      let sum = 0
      let classes = 0
      for (const statistic of each) {
        const value = statistic(sample)
        if (value === null) continue
        sum += value
        classes += 1
      }
      return classes ? sum / classes : null
    }
  },
}

/** Sorts once; a sample is then one pass over its weights in that order. */
function oneAgainstRest({ rows, classCount, truth, predictions }: ScoredRows, k: number): Statistic {
  const scores = Float32Array.from({ length: rows }, (_, row) => predictions[row * classCount + k]!)
  const order = argsort(scores)
  const ofClass = truth.reduce((count, is) => count + Number(is === k), 0)
  // Many classes have few rows each; between those nothing has to be told apart.
  return ofClass * 8 < rows ? ofFew(order, scores, row => truth[row] === k) : ofMany(order, scores, truth, k)
}

/** Weights are added up from one row of the class to the next; rows of equal scores are stretches of `order`. */
function ofFew(order: Int32Array, scores: Float32Array, isOf: (row: number) => boolean): Statistic {
  const ties: { from: number; to: number; own: Int32Array }[] = []
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1
    const own = order.subarray(from, to).filter(isOf)
    if (own.length) ties.push({ from, to, own })
  }
  return ({ weights }) => {
    // Twice the pairs in the right order, ties counted once.
    let concordant = 0
    let below = 0
    let ownBelow = 0
    let at = 0
    for (const { from, to, own } of ties) {
      below += sumOf(weights, order, at, from)
      const tied = sumOf(weights, order, from, to)
      const tiedOwn = sumOf(weights, own, 0, own.length)
      concordant += tiedOwn * (2 * (below - ownBelow) + tied - tiedOwn)
      below += tied
      ownBelow += tiedOwn
      at = to
    }
    const others = below + sumOf(weights, order, at, order.length) - ownBelow
    const pairs = ownBelow * others
    return pairs ? concordant / (2 * pairs) : null
  }
}

/** Two sums at once, so that an addition need not wait for the one before. */
function sumOf(weights: Uint16Array, rows: Int32Array, from: number, to: number): number {
  let a = 0
  let b = 0
  let i = from
  for (; i + 1 < to; i += 2) {
    a = (a + weights[rows[i]!]!) | 0
    b = (b + weights[rows[i + 1]!]!) | 0
  }
  if (i < to) a = (a + weights[rows[i]!]!) | 0
  return a + b
}

function ofMany(order: Int32Array, scores: Float32Array, truth: Float64Array, k: number): Statistic {
  // By ascending score: the row in the upper bits, then whether it is of the class, then whether its score is a new one.
  const steps = order.map((row, i) => {
    const isNew = i > 0 && scores[row] !== scores[order[i - 1]!]
    return (row << 2) | (Number(truth[row] === k) << 1) | Number(isNew)
  })
  return ({ weights }) => {
    // Twice the pairs in the right order, ties counted once.
    let concordant = 0
    let othersBelow = 0
    let ofClass = 0
    let tiedOfClass = 0
    let tiedOthers = 0
    for (let i = 0; i < steps.length; i += 1) {
      const step = steps[i]!
      if (step & 1) {
        concordant += tiedOfClass * (2 * othersBelow + tiedOthers)
        ofClass += tiedOfClass
        othersBelow += tiedOthers
        tiedOfClass = 0
        tiedOthers = 0
      }
      const weight = weights[step >> 2]!
      const own = weight & -((step >> 1) & 1)
      tiedOfClass += own
      tiedOthers += weight - own
    }
    concordant += tiedOfClass * (2 * othersBelow + tiedOthers)
    const pairs = (ofClass + tiedOfClass) * (othersBelow + tiedOthers)
    return pairs ? concordant / (2 * pairs) : null
  }
}
