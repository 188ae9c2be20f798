import { measuredOfRow } from '../scored-rows.ts'
import type { Metric } from './metric.ts'

export const inertia: Metric = {
  id: 'inertia',
  help: 'The mean squared distance of a row to the centre of its cluster, between standardised columns.',
  prepare(rows) {
    const values = measuredOfRow(rows, 'squared_distance')
    return sample => sample.mean(values)
  },
}
