import type { Metric } from './metric.ts'

export const intervalCoverage: Metric = {
  id: 'interval-coverage',
  help: 'Share of the values that lie within the interval, its ends included; 0.8 is what it should be. Of forecasts.',
  prepare({ truth, foretold }) {
    const bounds = foretold?.bounds
    if (!bounds) return () => null
    const [low, high] = bounds
    const held = truth.map((value, row) => Number(value >= low[row]! && value <= high[row]!))
    return sample => sample.mean(held)
  },
}
