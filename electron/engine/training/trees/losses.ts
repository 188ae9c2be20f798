import type { TargetTask } from '../../../../shared/model/run.ts'

/** Derivatives and loss of one score a row, or of one a class. */
export type BoostingLoss = 'squared-error' | 'logistic' | 'softmax'

export function lossOf(task: TargetTask): BoostingLoss {
  return ({ regression: 'squared-error', binary: 'logistic', multiclass: 'softmax' } as const)[task]
}

/** The score of each output before the first tree: the mean, the log-odds, or the logarithms of the classes' shares. */
export function startScores(loss: BoostingLoss, target: Float64Array, classes: number): Float32Array {
  if (loss === 'softmax') {
    const counts = new Float64Array(classes)
    for (const place of target) counts[place]! += 1
    return Float32Array.from(counts, count => Math.log(Math.max(count, 0.5) / target.length))
  }
  const mean = target.reduce((sum, value) => sum + value / target.length, 0)
  return Float32Array.of(loss === 'logistic' ? Math.log(mean / (1 - mean)) : mean)
}
