export { selectionMetric } from '../../../shared/model/metrics.ts'
export { type ComparePairedInput, comparePaired, type PairedDifference } from './compare-paired.ts'
export { type EvaluateInput, evaluate } from './evaluate.ts'
export { metricRegistry, metricsOf } from './metrics/index.ts'
