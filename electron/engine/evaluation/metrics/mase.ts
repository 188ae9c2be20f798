import type { Metric } from './metric.ts'

export const mase: Metric = {
  id: 'mase',
  help: 'Mean of |error| over what the value of one season before missed on average in what was learned from (Hyndman and Koehler 2006), each series by its own; below 1 is better than that. Of forecasts; undefined where a series had no two values a season apart, or the same ones only.',
  prepare({ errors, foretold }) {
    const scale = foretold?.scale
    if (!scale?.every(size => size > 0)) return () => null
    const shares = errors.map((error, row) => Math.abs(error) / scale[row]!)
    return sample => sample.mean(shares)
  },
}
