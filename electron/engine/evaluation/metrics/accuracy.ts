import type { Metric } from './metric.ts'

export const accuracy: Metric = {
  id: 'accuracy',
  help: 'Share of the rows whose most probable class is the true one.',
  prepare: rows => sample => sample.classCounts.hits.reduce((sum, hits) => sum + hits, 0) / rows.rows,
}
