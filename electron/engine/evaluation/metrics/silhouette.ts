import { measuredOfRow } from '../scored-rows.ts'
import type { Metric } from './metric.ts'

/** The rows' own silhouettes are taken as they are: a resample is of rows, not of the distances between them. */
export const silhouette: Metric = {
  id: 'silhouette',
  help: 'How much nearer a row is to its own cluster than to the next one, from −1 to 1: the mean of (b − a) / max(a, b).',
  prepare(rows) {
    const values = measuredOfRow(rows, 'silhouette')
    return sample => sample.mean(values)
  },
}
