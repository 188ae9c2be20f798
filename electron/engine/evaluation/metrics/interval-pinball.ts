import { intervalShares } from '../../../../shared/model/forecast.ts'
import type { Metric } from './metric.ts'
import { pinballLoss } from './pinball.ts'

export const intervalPinball: Metric = {
  id: 'interval-pinball',
  help: 'Mean pinball loss of both ends of the interval, as quantiles of 10 and 90 %: lower where it is narrow and yet holds what happens. Of forecasts.',
  prepare({ truth, foretold }) {
    const bounds = foretold?.bounds
    if (!bounds) return () => null
    const losses = truth.map((value, row) => {
      const [low, high] = bounds.map((bound, side) => pinballLoss(bound[row]! - value, intervalShares[side]!))
      return (low! + high!) / 2
    })
    return sample => sample.mean(losses)
  },
}
