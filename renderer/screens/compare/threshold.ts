import type { ScoreHistogram } from '../../../shared/model/evaluation.ts'

export interface Counts {
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

/** The confusion matrix where rows from bin `from` up are taken for the class: the threshold is `from` over the number of bins. */
export function countsFrom({ ofClass, others }: ScoreHistogram, from: number): Counts {
  const [truePositives, falsePositives] = [sum(ofClass.slice(from)), sum(others.slice(from))]
  return {
    truePositives,
    falsePositives,
    falseNegatives: sum(ofClass) - truePositives,
    trueNegatives: sum(others) - falsePositives,
  }
}

/** Where the counts stand on the ROC curve, on that of precision and recall and on that of gain; null where it is not defined. */
export function pointsOf({ truePositives, falsePositives, falseNegatives, trueNegatives }: Counts) {
  const [positives, negatives] = [truePositives + falseNegatives, falsePositives + trueNegatives]
  const predicted = truePositives + falsePositives
  const point = (x: number, y: number): [number, number] => [x, y]
  const roc = positives && negatives ? point(falsePositives / negatives, truePositives / positives) : null
  const precisionRecall = positives && predicted ? point(truePositives / positives, truePositives / predicted) : null
  const gain = roc && point(predicted / (positives + negatives), truePositives / positives)
  return { roc, precisionRecall, gain }
}
