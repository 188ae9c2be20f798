import { type MetricId, metricTable } from '../../../shared/model/metrics.ts'
import type { Intervals, Metrics } from '../../../shared/model/run.ts'
import { Pcg32 } from '../numerics/index.ts'
import { bootstrap, choosePositions, drawable, percentileInterval, rowsForSpread } from './bootstrap.ts'
import { metricRegistry, metricsOf } from './metrics/index.ts'
import { Sample } from './sample.ts'
import { isUnmeasured, type Predictions, ScoredRows } from './scored-rows.ts'

const resamples = 1000

export interface EvaluateInput extends Predictions {
  /** One a row: rows of the same number are drawn together, as those of one stretch of time. Each for itself when left out. */
  together?: Int32Array
  seed: number
  signal?: AbortSignal
}

/** One metric on these rows, without an interval; null where it is undefined on them. Throws as `evaluate` does. */
export function measure(metric: MetricId, predictions: Predictions): number | null {
  const rows = new ScoredRows(predictions)
  return metricRegistry.get(metric).prepare(rows)(new Sample(rows))
}

/** Every metric of the task that is defined on these rows, without intervals. Throws as `evaluate` does. */
export function measureAll(predictions: Predictions): Metrics {
  if (isUnmeasured(predictions)) return {}
  const rows = new ScoredRows(predictions)
  const whole = new Sample(rows)
  const values = metricsOf(rows.task).map(metric => [metric.id, metric.prepare(rows)(whole)] as const)
  return Object.fromEntries(values.filter((each): each is [MetricId, number] => each[1] !== null))
}

/**
 * Every metric of the task that is defined on these rows, and its 95 % interval from 1,000 seeded resamples of them, or of sets of them (none
 * for fewer than two). No rows, or anomalies without labels: no metrics. Throws `bad-data` where a prediction is no number.
 */
export async function evaluate(input: EvaluateInput): Promise<{ metrics: Metrics; intervals: Intervals }> {
  const { together, seed, signal } = input
  const metrics: Metrics = {}
  const intervals: Intervals = {}
  if (isUnmeasured(input)) return { metrics, intervals }
  const all = new ScoredRows(input)
  const whole = new Sample(all)
  const defined = metricsOf(all.task).flatMap(metric => {
    const statistic = metric.prepare(all)
    const value = statistic(whole)
    return value === null ? [] : [{ metric, id: metric.id, value, statistic }]
  })
  for (const { id, value } of defined) metrics[id] = value
  if (all.rows < 2) return { metrics, intervals }

  const random = new Pcg32(seed)
  const chosen = together ? all.rows : rowsForSpread(all.rows, all.classCount)
  const isPart = chosen < all.rows
  const rows = isPart ? all.pick(choosePositions(all.rows, chosen, random)) : all
  const sample = new Sample(rows)
  const statistics = defined.map(({ metric, statistic }) => (isPart ? metric.prepare(rows) : statistic))
  const centers = statistics.map(statistic => statistic(sample))
  const { drawn, spread } = drawable(sample.weights, together)
  if (drawn.length < 2) return { metrics, intervals }
  const measureAll = () => {
    spread()
    sample.renew()
    return statistics.map(statistic => statistic(sample))
  }
  const values = await bootstrap(drawn, measureAll, { resamples, random, signal })
  const narrowing = Math.sqrt(chosen / all.rows)
  defined.forEach(({ id, value }, i) => {
    const center = centers[i]!
    if (center === null) return
    const interval = percentileInterval(values[i]!, resamples, {
      ...{ drawn: drawn.length, center, estimate: value, narrowing },
    })
    const [least, most] = metricTable[id].range
    if (interval) intervals[id] = [Math.max(least, interval[0]), Math.min(most, interval[1])]
  })
  return { metrics, intervals }
}
