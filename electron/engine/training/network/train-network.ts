import type { Placement } from '../../../../shared/model/run.ts'
import type { Pcg32 } from '../../numerics/index.ts'
import type { FitCheckpoint } from '../checkpoint.ts'
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
  /** Is given a `Progressed`. */
  checkpoint?: Pick<FitCheckpoint, 'isDue' | 'save'>
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
  /** Of the time of its calls, what the host took to make up their rows and numbers while the device had nothing to do. */
  waitingShare: number
}

/** A training between two calls of its stepper. */
export interface Progressed {
  /** Of the stepper. */
  state: Float32Array[]
  /** Steps of all epochs. */
  step: number
  epoch: number
  /** Steps of this epoch, and the sum of their losses. */
  done: number
  lossSum: number
  order: Order
  best: { parameters: Float32Array[]; epoch: number; loss: number } | null
}

/**
 * Runs the epochs and keeps the parameters with the lowest validation loss (training loss where there are no validation
 * rows). Each epoch takes the rows in a new order; a batch that an epoch leaves incomplete goes on with the next order,
 * so every row counts the same. With `from`, whose state the stepper was opened with, it goes on as if it had never ended.
 * Throws where the loss is no longer a number, and the signal's reason when aborted.
 */
export async function trainNetwork(
  stepper: Stepper,
  schedule: Schedule,
  random: Pcg32,
  events: TrainingEvents,
  from: Progressed | null = null,
): Promise<TrainedParameters> {
  const { optimizer, batch, epochs, patience } = schedule
  const rows = new RowStream(schedule.rows, random, from?.order)
  const stepsPerEpoch = Math.ceil(schedule.rows / batch)
  const scalarsOf = (step: number) => {
    const factor = schedule.rates?.factor((step - 1) / (epochs * stepsPerEpoch)) ?? 1
    const rates = optimizer.scalars(step, { ...schedule, learningRate: factor * schedule.learningRate })
    return [...rates, ...noisePlaces(schedule.seed ?? 0, step, schedule.noises ?? 0)]
  }
  const read = async (kept: Best): Promise<Float32Array[]> => {
    kept.parameters ??= await stepper.read(kept.handle!)
    return kept.parameters
  }
  let best: Best | null = from?.best ?? null
  let { step, epoch, done, lossSum } = from ?? { step: 0, epoch: 0, done: 0, lossSum: 0 }
  let isWithin = from !== null
  const ms = { waiting: 0, stepping: 0 }
  while (isWithin || (epoch < epochs && epoch - (best?.epoch ?? 0) < patience && !(best && events.finish.aborted))) {
    if (!isWithin) {
      epoch += 1
      done = 0
      lossSum = 0
    }
    isWithin = false
    while (done < stepsPerEpoch) {
      events.signal.throwIfAborted()
      const begun = performance.now()
      const steps = stepper.plan(stepsPerEpoch - done)
      const scalars = Float32Array.from(Array.from({ length: steps }, (_, i) => scalarsOf(step + i + 1)).flat())
      const next = rows.next(steps * batch)
      const given = performance.now()
      const losses = await stepper.run(next, scalars, steps)
      ms.waiting += given - begun
      ms.stepping += performance.now() - given
      // One by one, so that the sum does not depend on how many steps a call takes.
      for (const loss of losses) lossSum += loss
      step += steps
      done += steps
      if (events.finish.aborted) break
      events.progress((epoch - 1 + done / stepsPerEpoch) / epochs, `epoch ${epoch} of ${epochs}`)
      if (events.checkpoint?.isDue()) {
        const state = await stepper.state()
        const kept = best && { ...best, parameters: await read(best), handle: null }
        const progressed: Progressed = { state, step, epoch, done, lossSum, order: rows.save(), best: kept }
        await events.checkpoint.save(progressed)
      }
    }
    if (best && events.finish.aborted) break
    const trainLoss = lossSum / done
    if (!Number.isFinite(trainLoss)) throw new DivergedError(epoch)
    events.metric('train-loss', epoch, trainLoss)
    const validationLoss = await stepper.validationLoss()
    if (Number.isFinite(validationLoss)) events.metric('validation-loss', epoch, validationLoss)
    const loss = Number.isNaN(validationLoss) ? trainLoss : validationLoss
    if (!best || loss < best.loss) {
      if (best?.handle) stepper.release(best.handle)
      best = { handle: stepper.capture(), parameters: null, epoch, loss }
    }
  }
  events.signal.throwIfAborted()
  return {
    parameters: await read(best!),
    bestEpoch: best!.epoch,
    epochs: epoch,
    validationLoss: best!.loss,
    placement: await stepper.placement(),
    bytesPerStep: stepper.bytesPerStep(),
    waitingShare: ms.waiting / (ms.waiting + ms.stepping || 1),
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

/** The parameters of the best epoch: where the stepper keeps them, and read from there once they were asked for. */
type Best = { epoch: number; loss: number } & (
  | { handle: StateHandle; parameters: Float32Array[] | null }
  | { handle?: null; parameters: Float32Array[] }
)

interface Order {
  rows: Int32Array
  /** Place in `rows` that comes next. */
  at: number
  random: ReturnType<Pcg32['save']>
}

/** One order of all rows after the other, without end. */
class RowStream {
  readonly #random: Pcg32
  readonly #rows: Int32Array
  #at: number

  constructor(count: number, random: Pcg32, from?: Order) {
    this.#random = random
    this.#rows = from ? from.rows.slice() : Int32Array.from({ length: count }, (_, row) => row)
    this.#at = from?.at ?? count
    if (from) random.restore(from.random)
  }

  /** As it is now, for another to go on; valid until `next`. */
  save(): Order {
    return { rows: this.#rows, at: this.#at, random: this.#random.save() }
  }

  next(length: number): Int32Array {
    const taken = new Int32Array(length)
    for (let filled = 0; filled < length; ) {
      if (this.#at === this.#rows.length) {
        this.#random.shuffle(this.#rows)
        this.#at = 0
      }
      const some = Math.min(length - filled, this.#rows.length - this.#at)
      taken.set(this.#rows.subarray(this.#at, this.#at + some), filled)
      filled += some
      this.#at += some
    }
    return taken
  }
}
