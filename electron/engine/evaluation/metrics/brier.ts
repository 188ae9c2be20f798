import type { Metric } from './metric.ts'

/** Brier 1950; for two classes the half of its sum, (p − y)², as is usual and as scikit-learn's `brier_score_loss` scales it. */
export const brier: Metric = {
  id: 'brier',
  help: 'Mean squared distance between probability and outcome: of the positive class, or summed over more than two.',
  prepare({ task, truth, predictions, classCount }) {
    const losses = truth.map((is, row) => {
      const start = row * classCount
      if (task === 'binary') return (predictions[start + 1]! - is) ** 2
      let sum = 0
      for (let k = 0; k < classCount; k += 1) sum += (predictions[start + k]! - Number(k === is)) ** 2
      return sum
    })
    return sample => sample.mean(losses)
  },
}
