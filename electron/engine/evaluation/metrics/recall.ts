import { classRatio } from './class-ratio.ts'
import type { Metric } from './metric.ts'

export const recall: Metric = {
  id: 'recall',
  help: 'Share of the rows of the class that are predicted as it: of the positive class, or the mean over more than two.',
  prepare: () => classRatio(({ actual, hits }, k) => [hits[k]!, actual[k]!]),
}
