import { classRatio } from './class-ratio.ts'
import type { Metric } from './metric.ts'

export const f1: Metric = {
  id: 'f1',
  help: '2·hits / (rows of the class + rows predicted as it): of the positive class, or the mean over more than two.',
  prepare: () => classRatio(({ actual, predicted, hits }, k) => [2 * hits[k]!, actual[k]! + predicted[k]!]),
}
