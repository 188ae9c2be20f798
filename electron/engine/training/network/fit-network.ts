import { AppError } from '../../../../shared/errors.ts'
import type { DeviceId, Placement } from '../../../../shared/model/run.ts'
import { PausedError } from '../../jobs/index.ts'
import { Pcg32 } from '../../numerics/index.ts'
import {
  lacks,
  limitsOf,
  loadOnnxRuntime,
  openSession,
  readModel,
  type Tensor,
  tryOnDevice,
} from '../../runtime/index.ts'
import type { TrainContext } from '../algorithm.ts'
import type { Value } from '../autodiff/index.ts'
import type { Loss } from '../losses/index.ts'
import { buildNetwork, initialParameters, type Network, type NetworkDescription } from './description.ts'
import { openDeviceStepper } from './device-stepper.ts'
import { predictionGraph } from './evaluation-graph.ts'
import { openHostStepper, type StepperOptions } from './host-stepper.ts'
import { leftOutOf, type MixedPrecision } from './loss-scaling.ts'
import type { Rows, Stepper } from './stepper.ts'
import { DivergedError, type Progressed, type Schedule, type TrainedParameters, trainNetwork } from './train-network.ts'
import { describeStep, stateInput, unrolledGraph } from './training-step.ts'

export interface NetworkTask extends Omit<Schedule, 'rows' | 'noises' | 'seed'> {
  description: NetworkDescription
  loss: Loss
  /** Most length of all gradients together; left out or 0 for any. */
  clip?: number
  /** Whether products are computed in float16, with a scaled loss, where a device is trained on; the CPU computes float32. */
  mixed?: MixedPrecision
  train: Rows
  validation: Rows
}

export interface FittedNetwork {
  network: Network
  parameters: Float32Array[]
  /** Where it was trained in the end. */
  device: DeviceId
  bestEpoch: number
  epochs: number
  placement: Placement[]
  bytesPerStep: number | null
  /** See `TrainedParameters`. */
  waitingShare: number
  warnings: string[]
}

/** Streams of the one seed. */
const initialStream = 1
const orderStream = 2

/** How far the validation loss on the device and on the CPU may lie apart, relative to the larger of 1 and the loss. */
const deviceTolerance = 1e-3

/** What a checkpoint holds of it. */
interface Held {
  /** Why it is trained on the CPU and not where it was to be; null where it is not. */
  failed: string | null
  progressed: Progressed
}

/** The device computes something else than the CPU: nothing that it did counts. */
class WrongDeviceError extends Error {}

/**
 * Trains a network from its description on `context.device`. A device that fails gives its reason in `warnings`, and the network is trained on
 * the CPU: from the last checkpoint where there is one (also where the device took the process with it), else from the start, as also where the trained network has another validation loss on
 * the CPU. Throws `bad-input` where the loss stops being a number.
 */
export async function fitNetwork(
  task: NetworkTask,
  context: TrainContext,
  device: DeviceAccess = realDevice,
): Promise<FittedNetwork> {
  let held = context.checkpoint?.restored<Held>() ?? null
  let failed = held?.failed ?? null
  const crash = context.checkpoint?.crash
  if (held && failed === null && crash && context.device !== 'cpu')
    failed = told(context, `its process ${crash}`, held, task)
  if (context.device !== 'cpu' && failed === null) {
    try {
      return await trainOn({ device: context.device, from: held?.progressed, failed }, task, context, device)
    } catch (error) {
      context.signal.throwIfAborted()
      if (error instanceof PausedError) throw error
      if (error instanceof AppError && error.code !== 'device-unavailable') throw error
      const reason = error instanceof Error ? error.message.trim() : String(error)
      held = error instanceof WrongDeviceError ? null : (context.checkpoint?.restored<Held>() ?? null)
      failed = told(context, reason, held, task)
    }
  }
  const fitted = await trainOn({ device: 'cpu', from: held?.progressed, failed }, task, context, device)
  return failed === null ? fitted : { ...fitted, warnings: [failed, ...fitted.warnings] }
}

/** Why it is trained on the CPU; said in the log, and kept for beside the score. */
function told({ device, log }: TrainContext, reason: string, held: Held | null, { mixed }: NetworkTask): string {
  const since = held ? ` from its last checkpoint on, in epoch ${held.progressed.epoch}` : ''
  const warning = `Training on ${device} failed (${reason}); it was trained on the CPU instead${since}${mixed ? ', in float32' : ''}.`
  log(warning, 'warn')
  return warning
}

/** How a device is come by; a test has one that is lost when it says so. */
export interface DeviceAccess {
  /** Throws where the device cannot do a step. */
  trial(options: StepperOptions, context: TrainContext): Promise<void>
  open(options: StepperOptions): Promise<Stepper>
}

const realDevice: DeviceAccess = {
  trial,
  open: options => (options.device === 'webgpu' ? openDeviceStepper(options) : openHostStepper(options)),
}

async function trainOn(
  { device, from, failed }: { device: DeviceId; from?: Progressed; failed: string | null },
  task: NetworkTask,
  context: TrainContext,
  access: DeviceAccess,
): Promise<FittedNetwork> {
  const { description, loss, optimizer, train, validation } = task
  const network = buildNetwork(description)
  const batch = Math.min(task.batch, train.count)
  const mixed = device === 'cpu' ? undefined : task.mixed
  const step = describeStep(network, loss, optimizer, {
    ...{ ...task, batch, inputShape: description.inputShape },
    isBatchInnermost: device === 'cpu',
    mixed,
  })
  const limits = limitsOf(Object.keys(readModel(unrolledGraph(step, 1, lacks(device))).operators), device)
  const failing = limits.find(({ effect }) => effect === 'fails')
  if (failing) throw new Error(failing.reason)
  const options: StepperOptions = {
    device,
    threads: context.threads,
    temporaryFolder: context.temporaryFolder,
    network,
    loss,
    step,
    parameters: from?.state ?? initialParameters(network, new Pcg32(context.seed, initialStream)),
    train,
    validation,
  }
  if (device !== 'cpu') await access.trial(options, context)
  const stepper = await access.open(options)
  let trained: TrainedParameters
  let leftOut = 0
  try {
    const schedule = { ...task, batch, rows: train.count, noises: step.noises, seed: context.seed }
    const { checkpoint: kept } = context
    const checkpoint = kept && {
      isDue: () => kept.isDue(),
      save: (progressed: unknown) => kept.save({ failed, progressed }),
    }
    const events = { ...context, checkpoint }
    trained = await trainNetwork(stepper, schedule, new Pcg32(context.seed, orderStream), events, from)
    if (mixed) leftOut = leftOutOf(await stepper.state())
  } catch (error) {
    throw error instanceof DivergedError ? diverged(error, task, mixed !== undefined) : error
  } finally {
    await stepper.close()
  }
  if (device !== 'cpu') await holdAgainstCpu(options, trained)
  return { network, device, warnings: warningsOf(trained, task, leftOut), ...trained }
}

/** One step in a process that may die, so that a device which ends its process does not end this one. */
async function trial(
  { device, step, train, temporaryFolder }: StepperOptions,
  { signal }: TrainContext,
): Promise<void> {
  const sized = (value: Value) => value.shape.map(length => (length === -1 ? train.count : length))
  await tryOnDevice(
    unrolledGraph(step, 1, lacks(device)),
    [
      { name: 'features', type: 'float32', dims: sized(step.features) },
      { name: 'targets', type: 'float32', dims: [train.count, ...step.targets.shape.slice(1)] },
      { name: 'rows', type: 'int32', dims: [1, step.batch] },
      ...(step.scalars.length > 0
        ? [{ name: 'scalars', type: 'float32' as const, dims: [1, step.scalars.length] }]
        : []),
      ...step.state.map(({ shape }, i) => ({ name: stateInput(i), type: 'float32' as const, dims: shape })),
    ],
    { device, temporaryFolder, signal, timeoutMs: trialTimeoutMs },
  )
}

/** Long enough for a slow device to build its programs. */
const trialTimeoutMs = 60_000

/** Of the steps of mixed precision that are left out, from where on it is worth saying: some are while the scale is being found. */
const manyLeftOut = 0.05

function warningsOf({ bestEpoch, epochs }: TrainedParameters, task: NetworkTask, leftOut: number): string[] {
  const warnings: string[] = []
  if (bestEpoch === epochs && epochs === task.epochs && task.validation.count > 0) {
    warnings.push(`The last of ${epochs} epochs was the best: more epochs may give a better network.`)
  }
  const steps = epochs * Math.ceil(task.train.count / Math.min(task.batch, task.train.count))
  if (leftOut > manyLeftOut * steps) {
    warnings.push(
      `${leftOut} of ${steps} steps were left out, as their gradients did not fit float16: precision float32 may learn more.`,
    )
  }
  return warnings
}

function diverged({ message }: DivergedError, { learningRate, optimizer }: NetworkTask, isMixed: boolean): AppError {
  return new AppError('bad-input', `The network did not train: ${message.toLowerCase()}`, {
    mend: `Lower learning-rate (it was ${learningRate}${optimizer.id === 'adam' ? '' : `, or use the optimizer adam`})${isMixed ? ', or set precision to float32' : ''}.`,
  })
}

/** Throws where the CPU finds another validation loss for what the device trained. */
async function holdAgainstCpu(options: StepperOptions, trained: TrainedParameters): Promise<void> {
  if (options.validation.count === 0) return
  const cpu = await openHostStepper({ ...options, device: 'cpu', parameters: trained.parameters })
  const expected = await cpu.validationLoss()
  await cpu.close()
  const difference = Math.abs(expected - trained.validationLoss)
  if (!(difference <= deviceTolerance * Math.max(1, expected))) {
    throw new WrongDeviceError(`its validation loss is ${trained.validationLoss}, on the CPU it is ${expected}`)
  }
}

const predictionRows = 4096

/**
 * The trained network's own predictions on the CPU, [count, …] row-major; `features` gives the rows [to − from, …] of a
 * range, so that they are never all in memory at once.
 */
export async function predictWith(
  { network, parameters }: Pick<FittedNetwork, 'network' | 'parameters'>,
  task: Pick<NetworkTask, 'description' | 'loss'>,
  count: number,
  features: (from: number, to: number) => Float32Array,
  threads: number,
): Promise<Float32Array> {
  const { Tensor } = await loadOnnxRuntime()
  const { inputShape } = task.description
  const session = await openSession(predictionGraph(network, task.loss, inputShape), { threads })
  const state: Record<string, Tensor> = {}
  network.parameters.forEach(({ shape }, i) => {
    state[stateInput(i)] = new Tensor('float32', parameters[i]!, [...shape])
  })
  const width = network.outputShape.reduce((product, length) => product * length, 1)
  const predictions = new Float32Array(count * width)
  for (let from = 0; from < count; from += predictionRows) {
    const to = Math.min(from + predictionRows, count)
    const rows = new Tensor('float32', features(from, to), [to - from, ...inputShape])
    const result = await session.run({ ...state, features: rows })
    predictions.set(result.predictions!.data as Float32Array, from * width)
  }
  await session.release()
  return predictions
}
