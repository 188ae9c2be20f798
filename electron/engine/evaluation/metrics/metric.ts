import type { MetricId } from '../../../../shared/model/metrics.ts'
import type { Sample } from '../sample.ts'
import type { ScoredRows } from '../scored-rows.ts'

/** The metric of a sample of the rows that it was prepared for; null where it is undefined on them. */
export type Statistic = (sample: Sample) => number | null

/** One way to score predictions. One file, one line in `index.ts`, one in `shared/model/metrics.ts`. */
export interface Metric {
  id: MetricId
  /** The formula, as a person reads it. */
  help: string
  /** Work that all samples of these rows share: losses, orders. The rows are of a task that the metric takes. */
  prepare(rows: ScoredRows): Statistic
}
