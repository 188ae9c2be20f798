import type { Metric } from './metric.ts'

export const mape: Metric = {
  id: 'mape',
  help: 'Mean of |error| / |truth|, 0.1 = 10 %; undefined where a truth is 0. Truths near 0 decide it by themselves: its interval tells little then.',
  prepare({ errors, truth }) {
    if (truth.includes(0)) return () => null
    const shares = errors.map((error, row) => Math.abs(error / truth[row]!))
    return sample => sample.mean(shares)
  },
}
