import { classRatio } from './class-ratio.ts'
import type { Metric } from './metric.ts'

export const precision: Metric = {
  id: 'precision',
  help: 'Share of the rows predicted as the class that are of it: of the positive class, or the mean over more than two.',
  prepare: () => classRatio(({ predicted, hits }, k) => [hits[k]!, predicted[k]!]),
}
