import { argsort } from '../../numerics/index.ts'
import type { ScoredRows } from '../scored-rows.ts'
import type { Statistic } from './metric.ts'

/**
 * The mean AUC of one class against the rest for very many classes, in one pass over the weights instead of one a class. A row's place is the share
 * of the rows of other classes that it stands above (ties half); a class's AUC is the mean place of its rows, which is weighed as a sample has
 * them. What the sample makes of the places themselves is taken to first order, by the components of DeLong et al. (1988): a class of many has few rows
 * against all the rest, so that little is left out. Exact where every row counts once.
 */
export function aucOfMany(rows: ScoredRows): Statistic {
  const { classCount, truth } = rows
  const places = new Float64Array(rows.rows)
  /** Of each row: what one more of it adds to the mean by standing below rows of other classes. */
  const slopes = new Float64Array(rows.rows)
  const sizes = new Float64Array(classCount)
  for (let row = 0; row < rows.rows; row += 1) sizes[truth[row]!]! += 1
  const counted = sizes.filter(size => size > 0 && size < rows.rows).length
  for (let k = 0; k < classCount; k += 1) {
    if (sizes[k]! > 0 && sizes[k]! < rows.rows) placeRows(rows, k, { places, slopes, size: sizes[k]!, counted })
  }
  const own = new Float64Array(classCount)
  const weight = new Float64Array(classCount)
  return ({ weights }) => {
    own.fill(0)
    weight.fill(0)
    let moved = 0
    for (let row = 0; row < weights.length; row += 1) {
      const times = weights[row]!
      const k = truth[row]!
      own[k]! += times * places[row]!
      weight[k]! += times
      moved += (times - 1) * slopes[row]!
    }
    let sum = 0
    let classes = 0
    for (let k = 0; k < classCount; k += 1) {
      if (!weight[k] || weight[k] === weights.length) continue
      sum += own[k]! / weight[k]!
      classes += 1
    }
    return classes ? Math.min(1, Math.max(0, sum / classes + moved)) : null
  }
}

function placeRows(
  { rows, classCount, truth, predictions }: ScoredRows,
  k: number,
  { places, slopes, size, counted }: { places: Float64Array; slopes: Float64Array; size: number; counted: number },
): void {
  const scores = Float32Array.from({ length: rows }, (_, row) => predictions[row * classCount + k]!)
  const order = argsort(scores)
  const others = rows - size
  const above = new Float64Array(rows)
  let [belowOwn, belowOthers, sum] = [0, 0, 0]
  for (let from = 0, to = 0; from < rows; from = to) {
    let tied = 0
    for (; to < rows && scores[order[to]!] === scores[order[from]!]; to += 1) tied += Number(truth[order[to]!] === k)
    const tiedOthers = to - from - tied
    for (let i = from; i < to; i += 1) {
      const row = order[i]!
      if (truth[row] === k) {
        places[row] = (belowOthers + tiedOthers / 2) / others
        sum += places[row]!
      } else above[row] = (size - belowOwn - tied / 2) / size
    }
    belowOwn += tied
    belowOthers += tiedOthers
  }
  for (let row = 0; row < rows; row += 1) {
    if (truth[row] !== k) slopes[row]! += (above[row]! - sum / size) / others / counted
  }
}
