import type { Metric } from './metric.ts'

/** Probabilities are float32, so they are clipped by its machine epsilon, as scikit-learn's `log_loss` does. */
const epsilon = 2 ** -23

export const logLoss: Metric = {
  id: 'log-loss',
  help: 'Mean of −ln(probability of the true class).',
  prepare({ truth, predictions, classCount }) {
    const losses = truth.map((k, row) => {
      const probability = predictions[row * classCount + k]!
      return -Math.log(Math.min(1 - epsilon, Math.max(epsilon, probability)))
    })
    return sample => sample.mean(losses)
  },
}
