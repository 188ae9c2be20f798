import type { Membership } from '../../../shared/model/examination.ts'
import { searchSorted, variance } from '../numerics/index.ts'

/**
 * How well training rows can be told from test rows by their loss alone (Yeom et al. 2018): the area under the ROC curve of "low loss", with its 95 %
 * interval by DeLong et al. 1988. Null without rows on both sides.
 */
export function membershipOf(train: Float64Array, test: Float64Array): Membership | null {
  if (train.length < 2 || test.length < 2) return null
  const [low, high] = [train.slice().sort(), test.slice().sort()]
  // Of each row the share of the other side's that it is on the right side of, ties half.
  const ofTrain = train.map(loss => 1 - rankIn(high, loss))
  const ofTest = test.map(loss => rankIn(low, loss))
  const auc = mean(ofTrain)
  const error = Math.sqrt(variance(ofTrain) / train.length + variance(ofTest) / test.length)
  return {
    trainRows: train.length,
    ...{ trainLoss: mean(train), testLoss: mean(test), auc },
    interval: [Math.max(0, auc - 1.959964 * error), Math.min(1, auc + 1.959964 * error)],
  }
}

/** Share of ascending values below this, those that equal it half. */
function rankIn(sorted: Float64Array, value: number): number {
  return (searchSorted(sorted, value, 'left') + searchSorted(sorted, value, 'right')) / (2 * sorted.length)
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0)
