import type { Placement } from '../../../../shared/model/run.ts'
import type { Pcg32 } from '../../numerics/index.ts'
import type { Optimizer, OptimizerSettings, RateSchedule } from '../optimizers/index.ts'
import { noisePlaces } from './noise.ts'
import type { StateHandle, Stepper } from './stepper.ts'

export interface Schedule extends OptimizerSettings {
  optimizer: Optimizer
  rows: number
  batch: number
  epochs: number
  /** Epochs without a better validation loss after which it stops. */
  patience: number
  /** Left out where the learning rate stays what it is. */
  rates?: RateSchedule
  /** Noise of each step, see `noise.ts`. */
  noises?: number
  seed?: number
}

export interface TrainingEvents {
  signal: AbortSignal
  /** Aborts to end at the next step: the epoch under way counts if it is the first, else it is dropped. */
  finish: AbortSignal
  progress(fraction: number | null, phase: string): void
  metric(key: string, step: number, value: number): void
}

export interface TrainedParameters {
  parameters: Float32Array[]
  /** Counts from 1. */
  bestEpoch: number
  epochs: number
  validationLoss: number
  placement: Placement[]
  bytesPerStep: number | null
}

/**
 * Runs the epochs and keeps the parameters with the lowest validation loss (training loss where there are no validation
 * rows). Each epoch takes the rows in a new order; a batch that an epoch leaves incomplete goes on with the next order,
 * so every row counts the same. Throws where the loss is no longer a number, and the signal's reason when aborted.
 */
export async function trainNetwork(
  stepper: Stepper,
  schedule: Schedule,
  random: Pcg32,
  events: TrainingEvents,
): Promise<TrainedParameters> {
  const { optimizer, batch, epochs, patience } = schedule
  const nextRows = rowStream(schedule.rows, random)
  const stepsPerEpoch = Math.max(1, Math.round(schedule.rows / batch))
  const scalarsOf = (step: number) => {
    const factor = schedule.rates?.factor((step - 1) / (epochs * stepsPerEpoch)) ?? 1
    const rates = optimizer.scalars(step, { ...schedule, learningRate: factor * schedule.learningRate })
    return [...rates, ...noisePlaces(schedule.seed ?? 0, step, schedule.noises ?? 0)]
  }
  let best: { handle: StateHandle; epoch: number; loss: number } | null = null
  let step = 0
  let epoch = 0
  while (epoch < epochs && epoch - (best?.epoch ?? 0) < patience && !(best && events.finish.aborted)) {
    epoch += 1
    let done = 0
    let lossSum = 0
    while (done < stepsPerEpoch) {
      events.signal.throwIfAborted()
      const steps = stepper.plan(stepsPerEpoch - done)
      const scalars = Float32Array.from(Array.from({ length: steps }, (_, i) => scalarsOf(step + i + 1)).flat())
      const losses = await stepper.run(nextRows(steps * batch), scalars, steps)
      lossSum += losses.reduce((sum, loss) => sum + loss, 0)
      step += steps
      done += steps
      if (events.finish.aborted) break
      events.progress((epoch - 1 + done / stepsPerEpoch) / epochs, `epoch ${epoch} of ${epochs}`)
    }
    if (best && events.finish.aborted) break
    const trainLoss = lossSum / done
    if (!Number.isFinite(trainLoss)) throw new DivergedError(epoch)
    events.metric('train-loss', epoch, trainLoss)
    const validationLoss = await stepper.validationLoss()
    if (Number.isFinite(validationLoss)) events.metric('validation-loss', epoch, validationLoss)
    const loss = Number.isNaN(validationLoss) ? trainLoss : validationLoss
    if (!best || loss < best.loss) {
      if (best) stepper.release(best.handle)
      best = { handle: stepper.capture(), epoch, loss }
    }
  }
  events.signal.throwIfAborted()
  return {
    parameters: await stepper.read(best!.handle),
    bestEpoch: best!.epoch,
    epochs: epoch,
    validationLoss: best!.loss,
    placement: await stepper.placement(),
    bytesPerStep: stepper.bytesPerStep(),
  }
}

/** The loss became infinite or not a number. */
export class DivergedError extends Error {
  readonly epoch: number
  constructor(epoch: number) {
    super(`The loss is no longer a number after epoch ${epoch}`)
    this.name = 'DivergedError'
    this.epoch = epoch
  }
}

/** One order of all rows after the other, without end. */
function rowStream(count: number, random: Pcg32): (length: number) => Int32Array {
  const order = Int32Array.from({ length: count }, (_, row) => row)
  let at = count
  return length => {
    const taken = new Int32Array(length)
    for (let filled = 0; filled < length; ) {
      if (at === count) {
        random.shuffle(order)
        at = 0
      }
      const some = Math.min(length - filled, count - at)
      taken.set(order.subarray(at, at + some), filled)
      filled += some
      at += some
    }
    return taken
  }
}
