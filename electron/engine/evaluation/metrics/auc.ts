import { argsort } from '../../numerics/index.ts'
import type { ScoredRows } from '../scored-rows.ts'
import type { Metric, Statistic } from './metric.ts'

/**
 * P(score of a row of the class > score of another row) + ½ P(equal) (Mann and Whitney 1947; Fawcett 2006, §7). More than two
 * classes: the mean of one class against the rest, over the classes that have rows and leave rows.
 */
export const auc: Metric = {
  id: 'auc',
  help: 'How often a row of the class scores higher than a row of another; ties count half. The mean over more than two classes.',
  prepare(rows) {
    if (rows.task === 'binary') return oneAgainstRest(rows, 1)
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
  const isOfClass = Uint8Array.from(order, row => Number(truth[row] === k))
  const startsGroup = Uint8Array.from(order, (row, i) => Number(i > 0 && scores[row] !== scores[order[i - 1]!]))
  return ({ weights }) => {
    let concordant = 0
    let othersBelow = 0
    let ofClass = 0
    let groupOfClass = 0
    let groupOthers = 0
    for (let i = 0; i < order.length; i += 1) {
      if (startsGroup[i]) {
        concordant += groupOfClass * (othersBelow + groupOthers / 2)
        ofClass += groupOfClass
        othersBelow += groupOthers
        groupOfClass = 0
        groupOthers = 0
      }
      const weight = weights[order[i]!]!
      const own = weight * isOfClass[i]!
      groupOfClass += own
      groupOthers += weight - own
    }
    concordant += groupOfClass * (othersBelow + groupOthers / 2)
    const pairs = (ofClass + groupOfClass) * (othersBelow + groupOthers)
    return pairs ? concordant / pairs : null
  }
}
