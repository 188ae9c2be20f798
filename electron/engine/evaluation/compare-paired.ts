import { AppError } from '../../../shared/errors.ts'
import { isBetter, type MetricId } from '../../../shared/model/metrics.ts'
import type { PairedDifference, Task, Verdict } from '../../../shared/model/run.ts'
import { Pcg32 } from '../numerics/index.ts'
import { bootstrap, choosePositions, drawable, percentileInterval, rowsForSpread } from './bootstrap.ts'
import { metricsOf } from './metrics/index.ts'
import { Sample } from './sample.ts'
import { type ForetoldRows, isUnmeasured, ScoredRows } from './scored-rows.ts'

const resamples = 2000

export interface ComparePairedInput {
  task: Task
  classes: readonly string[]
  /** One a row: index of the class, or value. */
  truth: Float64Array
  /** Row-major, of the same rows in the same order. */
  baseline: Float32Array
  candidate: Float32Array
  /** Of a forecast, of the baseline and of the candidate; both are measured by the scale of the first. */
  foretold?: readonly [ForetoldRows | undefined, ForetoldRows | undefined]
  /** One a row: rows of the same number are drawn together, as those of one stretch of time. Each for itself when left out. */
  together?: Int32Array
  seed: number
  signal?: AbortSignal
}

/**
 * Candidate against baseline in every metric that is defined for both, with the 95 % interval of the difference: 2,000 seeded
 * resamples of the rows (or of sets of them), each the same for both. "within noise" where the interval holds 0.
 */
export async function comparePaired(input: ComparePairedInput): Promise<PairedDifference[]> {
  const { task, classes, truth, together, seed, signal } = input
  if (isUnmeasured(input)) return []
  const { scale } = input.foretold?.[0] ?? {}
  const both = [input.baseline, input.candidate].map((predictions, side) => {
    const { bounds } = input.foretold?.[side] ?? {}
    return new ScoredRows({ task, classes, truth, predictions, ...(scale ? { foretold: { scale, bounds } } : {}) })
  })
  if (input.baseline.length !== input.candidate.length)
    throw new AppError('bad-input', 'Only predictions of the same rows can be compared')
  const whole = both.map(rows => new Sample(rows))
  const defined = metricsOf(task).flatMap(metric => {
    const prepared = both.map(rows => metric.prepare(rows))
    const values = prepared.map((statistic, side) => statistic(whole[side]!))
    const difference = gap(values)
    return difference === null ? [] : [{ metric, prepared, difference, before: values[0]! }]
  })

  const random = new Pcg32(seed)
  const chosen = together ? truth.length : rowsForSpread(truth.length, both[0]!.classCount)
  const positions = chosen < truth.length ? choosePositions(truth.length, chosen, random) : null
  const rows = positions ? both.map(side => side.pick(positions)) : both
  const weights = new Uint16Array(chosen).fill(1)
  const samples = rows.map(side => new Sample(side, weights))
  const statistics = defined.map(({ metric, prepared }) =>
    positions ? rows.map(side => metric.prepare(side)) : prepared,
  )
  const { drawn, spread, isFew } = drawable(weights, together)
  const measure = () => {
    spread()
    for (const sample of samples) sample.renew()
    return statistics.map(pair => gap(pair.map((statistic, side) => statistic(samples[side]!))))
  }
  const centers = measure()
  const values = await bootstrap(drawn, measure, { resamples, random, signal })
  const narrowing = Math.sqrt(chosen / truth.length)
  return defined.flatMap(({ metric, difference, before }, i) => {
    const center = centers[i]!
    if (center === null) return []
    const interval = percentileInterval(values[i]!, resamples, {
      ...{ drawn: drawn.length, center, estimate: difference, narrowing },
    })
    if (!interval) return []
    const verdict = isFew ? 'within noise' : verdictOf(metric.id, before, interval)
    return [{ metric: metric.id, difference, interval, verdict }]
  })
}

function gap([baseline, candidate]: (number | null)[]): number | null {
  return baseline == null || candidate == null ? null : candidate - baseline
}

/** Of the second, whose value is the first's and the difference: it may lie on the other side of what it should be. */
function verdictOf(metric: MetricId, before: number, [low, high]: [number, number]): Verdict {
  if (low <= 0 && high >= 0) return 'within noise'
  const ends = [before + low, before + high]
  if (ends.every(end => isBetter(metric, end, before))) return 'better'
  return ends.every(end => isBetter(metric, before, end)) ? 'worse' : 'within noise'
}
