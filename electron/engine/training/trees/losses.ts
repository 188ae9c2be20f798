import { AppError } from '../../../../shared/errors.ts'
import type { Parameters, TargetTask } from '../../../../shared/model/run.ts'

/** Derivatives and loss of one score a row, or of one a class. */
export type BoostingLoss = 'squared-error' | 'logistic' | 'softmax' | 'quantile' | 'poisson'

/** What `objective` of a boosting asks for. Throws `bad-input` where classes are to be learned as numbers. */
export function lossOf(task: TargetTask, objective: string): BoostingLoss {
  if (objective !== 'quantile' && objective !== 'poisson')
    return ({ regression: 'squared-error', binary: 'logistic', multiclass: 'softmax' } as const)[task]
  if (task === 'regression') return objective
  throw new AppError('bad-input', `The objective ${objective} learns numbers, and the target holds classes`, {
    mend: 'Leave the objective at usual, or add --task regression if the target is numbers.',
  })
}

/** The quantile that a model of these settings answers; undefined where it answers none. */
export function learnedQuantile({ objective, alpha }: Parameters): number | undefined {
  return objective === 'quantile' ? (alpha as number) : undefined
}

/**
 * The score of each output before the first tree: the mean, the quantile `alpha`, the logarithm of the mean, the log-odds, or the logarithms of
 * the classes' shares, each class counting as `weights` say.
 */
export function startScores(
  loss: BoostingLoss,
  target: Float64Array,
  { weights, alpha = 0.5 }: { weights: readonly number[]; alpha?: number },
): Float32Array {
  if (loss === 'quantile') return Float32Array.of(quantileOf(target, alpha))
  if (loss === 'softmax' || loss === 'logistic') {
    const counts = new Float64Array(weights.length)
    for (const place of target) counts[place]! += weights[place]!
    if (loss === 'logistic') return Float32Array.of(Math.log(counts[1]! / counts[0]!))
    const all = counts.reduce((sum, count) => sum + count, 0)
    return Float32Array.from(counts, count => Math.log(Math.max(count, 0.5) / all))
  }
  const mean = target.reduce((sum, value) => sum + value / target.length, 0)
  return Float32Array.of(loss === 'poisson' ? Math.log(mean) : mean)
}

/** On the line between the two values about it. */
export function quantileOf(values: Float64Array, alpha: number): number {
  const sorted = values.toSorted()
  const place = alpha * (sorted.length - 1)
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place % 1)
}
