import { add, divide, mul, reduceMean, reshape, scalar, sizeOf, sqrt, sub, type Value } from '../../autodiff/index.ts'
import { innermost, outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/** Of the running mean and variance, what a batch changes. */
const share = 0.1

/**
 * Each number, or each channel of an image, less its mean over the batch, divided by its standard deviation, then scaled and shifted
 * (Ioffe and Szegedy 2015). After training mean and variance are the running ones.
 */
export const batchNorm: LayerKind = {
  id: 'batch-norm',
  outputShape: input => input,
  parameters: ([channels]) => [
    { name: 'scale', shape: [channels!], deviation: 0, start: 1, decays: false },
    { name: 'shift', shape: [channels!], deviation: 0, decays: false },
    { name: 'mean', shape: [channels!], deviation: 0, decays: false, isStatistic: true },
    { name: 'variance', shape: [channels!], deviation: 0, start: 1, decays: false, isStatistic: true },
  ],
  forward(given, [scale, shift, runningMean, runningVariance], _, training) {
    const isInnermost = training?.isBatchInnermost === true
    const rows = isInnermost ? innermost(given) : given
    const channelAxis = isInnermost ? 0 : 1
    const channels = rows.shape[channelAxis]!
    const wide = (value: Value) => reshape(value, [channels, ...rows.shape.slice(channelAxis + 1).map(() => 1)])
    const normal = (centred: Value, variance: Value) => {
      const deviation = wide(sqrt(add(variance, scalar(variance, 1e-5))))
      return add(mul(divide(centred, deviation), wide(scale!)), wide(shift!))
    }
    if (!training) return normal(sub(rows, wide(runningMean!)), runningVariance!)
    const axes = rows.shape.map((__, axis) => axis).filter(axis => axis !== channelAxis)
    const mean = reduceMean(rows, axes)
    const centred = sub(rows, wide(mean))
    const variance = reduceMean(mul(centred, centred), axes)
    const count = sizeOf(rows.shape) / channels
    const moved = (running: Value, now: Value, factor: number) =>
      add(mul(running, scalar(running, 1 - share)), mul(now, scalar(now, share * factor)))
    training.set(runningMean!, moved(runningMean!, mean, 1))
    training.set(runningVariance!, moved(runningVariance!, variance, count / Math.max(1, count - 1)))
    const result = normal(centred, variance)
    return isInnermost ? outermost(result) : result
  },
}
