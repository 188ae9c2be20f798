import type { DeviceId } from '../../../../shared/model/run.ts'
import { type Feeds, loadOnnxRuntime, openSession, profileRun, type Tensor } from '../../runtime/index.ts'
import type { Loss } from '../losses/index.ts'
import type { Network } from './description.ts'
import { lossGraph } from './evaluation-graph.ts'
import { callMs, type Rows, type Stepper } from './stepper.ts'
import { scanGraph, stateInput, stateOutput, type TrainingStep } from './training-step.ts'

export interface StepperOptions {
  device: DeviceId
  threads: number
  temporaryFolder: string
  network: Network
  loss: Loss
  step: TrainingStep
  /** The first ones, or a whole `state()` to go on from. */
  parameters: readonly Float32Array[]
  train: Rows
  validation: Rows
}

/** Rows of the validation loss that are computed in one call. */
const validationRows = 8192

/**
 * Steps with the state in the host's memory and a Scan over mini-batches: for the CPU, and for providers that run Scan
 * themselves and get the state once a call.
 */
export async function openHostStepper(options: StepperOptions): Promise<Stepper> {
  const { Tensor } = await loadOnnxRuntime()
  const { network, step, train, validation, device, threads } = options
  const inputShape = step.features.shape.slice(1)
  const model = scanGraph(step)
  const extra = {
    // The last level lays images out for convolutions with constant weights, and here they are never constant.
    graphOptimizationLevel: 'extended',
    // One session's threads would go on waiting, at full speed, while the other one works.
    extra: { session: { force_spinning_stop: '1' } },
  } as const
  const training = await openSession(model, { device, threads, extra })
  const evaluation = await openSession(lossGraph(network, options.loss, inputShape), { device, threads, extra })
  const data: Feeds = {
    features: new Tensor('float32', train.features, [train.count, ...inputShape]),
    targets: new Tensor('float32', train.targets, [train.count, ...network.outputShape]),
  }
  let state: readonly Tensor[] = step.state.map(({ shape }, i) => {
    const values = options.parameters[i] ?? new Float32Array(shape.reduce((product, length) => product * length, 1))
    return new Tensor('float32', values, [...shape])
  })
  let stepMs: number | null = null
  let stepsDone = 0
  let bytes = 0

  const stateFeeds = (count: number): Feeds =>
    Object.fromEntries(state.slice(0, count).map((tensor, i) => [stateInput(i), tensor]))
  const stepFeeds = (rows: Int32Array, scalars: Float32Array, steps: number): Feeds => ({
    ...data,
    rows: new Tensor('int32', rows, [steps, step.batch]),
    ...(scalars.length > 0 ? { scalars: new Tensor('float32', scalars, [steps, scalars.length / steps]) } : {}),
    ...stateFeeds(state.length),
  })

  return {
    plan: remaining => Math.min(remaining, stepMs === null ? 1 : Math.max(1, Math.floor(callMs / stepMs))),
    async run(rows, scalars, steps) {
      const feeds = stepFeeds(rows, scalars, steps)
      const start = performance.now()
      const results = await training.run(feeds)
      const elapsedMs = (performance.now() - start) / steps
      stepMs = stepMs === null ? elapsedMs : (stepMs + elapsedMs) / 2
      state = step.state.map((_, i) => results[stateOutput(i)]!)
      stepsDone += steps
      for (const tensor of [...Object.values(feeds), ...Object.values(results)]) bytes += byteLength(tensor)
      return results.losses!.data as Float32Array
    },
    async validationLoss() {
      let total = 0
      const parameters = stateFeeds(network.parameters.length)
      const width = validation.features.length / validation.count
      const targetWidth = validation.targets.length / validation.count
      for (let from = 0; from < validation.count; from += validationRows) {
        const to = Math.min(from + validationRows, validation.count)
        const features = validation.features.subarray(from * width, to * width)
        const targets = validation.targets.subarray(from * targetWidth, to * targetWidth)
        const result = await evaluation.run({
          ...parameters,
          features: new Tensor('float32', features, [to - from, ...inputShape]),
          targets: new Tensor('float32', targets, [to - from, ...network.outputShape]),
        })
        total += (result.total!.data as Float32Array)[0]!
      }
      return total / validation.count
    },
    capture: () => ({ state }),
    release() {},
    read: async handle =>
      (handle.state as Tensor[])
        .slice(0, network.parameters.length)
        .map(tensor => Float32Array.from(tensor.data as Float32Array)),
    state: async () => state.map(({ data }) => data as Float32Array),
    placement: () =>
      profileRun(model, stepFeeds(new Int32Array(step.batch), new Float32Array(step.scalars.length), 1), {
        device,
        threads,
        temporaryFolder: options.temporaryFolder,
      }),
    bytesPerStep: () => (device === 'cpu' ? null : bytes / stepsDone),
    async close() {
      await training.release()
      await evaluation.release()
    },
  }
}

const byteLength = (tensor: Tensor): number => (tensor.data as Float32Array | Int32Array).byteLength
