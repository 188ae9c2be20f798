import { isMetricId, metricTable, selectionMetric } from '../../../shared/model/metrics.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'

export function metricName(id: string): string {
  return isMetricId(id) ? metricTable[id].name : id
}

export const formatMetric = (value: number) => value.toPrecision(4)

export const formatInterval = ([low, high]: readonly [number, number]) =>
  `${low.toPrecision(3)} to ${high.toPrecision(3)}`

/** A version's own, on the test rows of its run. */
export const mainScore = ({ task, metrics }: ModelVersion) => scoreOf(task, metrics)

/** The metric that models of this task are chosen by, in words; empty where it is not known. */
export function scoreOf(task: ModelVersion['task'], metrics: ModelVersion['metrics']): string {
  const id = task === null ? null : selectionMetric(task)
  const value = id === null ? undefined : metrics[id]
  return id === null || value === undefined ? '' : `${metricName(id)} ${formatMetric(value)}`
}
