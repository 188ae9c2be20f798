import type { Metric } from './metric.ts'

/** Of one value; `error` is the answer less the truth. */
export function pinballLoss(error: number, quantile: number): number {
  return error < 0 ? -quantile * error : (1 - quantile) * error
}

export const pinball: Metric = {
  id: 'pinball',
  help: 'Mean of alpha · (y − q) where y is above the quantile q, else of (1 − alpha) · (q − y); of models of a quantile.',
  prepare({ errors, quantile }) {
    if (quantile === undefined) return () => null
    const losses = errors.map(error => pinballLoss(error, quantile))
    return sample => sample.mean(losses)
  },
}
