import type { DeviceId } from '../../../../shared/model/run.ts'
import { type Feeds, loadOnnxRuntime, openSession, profileRun, type Tensor } from '../../runtime/index.ts'
import type { Loss } from '../losses/index.ts'
import type { Network } from './description.ts'
import { lossGraph } from './evaluation-graph.ts'
import { type LookedUp, lookUp, putRows, takeRows } from './looked-up.ts'
import { callMs, type Rows, type Stepper } from './stepper.ts'
import {
  firstOf,
  placesGraph,
  placesInput,
  scanGraph,
  stateInput,
  stateOutput,
  type TrainingStep,
} from './training-step.ts'

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
 * themselves and get the state once a call. Of tables a call gets the rows that it looks up, and the tables are changed in their place.
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
  const finding = step.lookups.length > 0 ? await openSession(placesGraph(step), { threads: 1 }) : null
  const marks = step.lookups.map(({ states }) => new Int32Array(step.state[states[0]!]!.shape[0]!).fill(-1))
  const tables = new Map(step.lookups.flatMap(({ states }, i) => states.map(position => [position, i] as const)))
  const state: Tensor[] = step.state.map(({ shape }, i) => {
    const given = options.parameters[i] ?? firstOf(step, i)
    return new Tensor('float32', tables.has(i) ? given.slice() : given, [...shape])
  })
  let stepMs: number | null = null
  let stepsDone = 0
  let bytes = 0

  const stateFeeds = (count: number): Feeds =>
    Object.fromEntries(state.slice(0, count).map((tensor, i) => [stateInput(i), tensor]))
  const floats = (position: number) => state[position]!.data as Float32Array
  const units = (position: number) => step.state[position]!.shape[1]!
  const lookedUp = async (rows: Tensor): Promise<LookedUp[]> => {
    const places = finding && (await finding.run({ features: data.features!, rows }))
    return marks.map((own, i) => lookUp(places![placesInput(i)]!.data as Int32Array, own))
  }
  const feedsOf = async (rows: Int32Array, scalars: Float32Array, steps: number) => {
    const rowNumbers = new Tensor('int32', rows, [steps, step.batch])
    const found = await lookedUp(rowNumbers)
    const feeds: Feeds = { ...data, rows: rowNumbers, ...stateFeeds(state.length) }
    if (scalars.length > 0) feeds.scalars = new Tensor('float32', scalars, [steps, scalars.length / steps])
    found.forEach((own, i) => {
      const { places, states } = step.lookups[i]!
      feeds[placesInput(i)] = new Tensor('int32', own.places, [steps, ...places.shape])
      for (const position of states) {
        const taken = takeRows(floats(position), own.rows, units(position))
        feeds[stateInput(position)] = new Tensor('float32', taken, [own.rows.length, units(position)])
      }
    })
    return { feeds, found }
  }

  return {
    plan: remaining => Math.min(remaining, stepMs === null ? 1 : Math.max(1, Math.floor(callMs / stepMs))),
    async run(rows, scalars, steps) {
      const start = performance.now()
      const { feeds, found } = await feedsOf(rows, scalars, steps)
      const results = await training.run(feeds)
      step.state.forEach((_, i) => {
        const next = results[stateOutput(i)]!
        const table = tables.get(i)
        if (table === undefined) state[i] = next
        else putRows(floats(i), found[table]!.rows, units(i), next.data as Float32Array)
      })
      const elapsedMs = (performance.now() - start) / steps
      stepMs = stepMs === null ? elapsedMs : (stepMs + elapsedMs) / 2
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
    // Tables change in their place, all else is new after each call.
    capture: () => ({ state: network.parameters.map((_, i) => (tables.has(i) ? floats(i).slice() : floats(i))) }),
    release() {},
    read: async handle => (handle.state as Float32Array[]).map(values => values.slice()),
    state: async () => state.map(({ data }) => data as Float32Array),
    async placement() {
      const { feeds } = await feedsOf(new Int32Array(step.batch), new Float32Array(step.scalars.length), 1)
      return await profileRun(model, feeds, { device, threads, temporaryFolder: options.temporaryFolder })
    },
    bytesPerStep: () => (device === 'cpu' ? null : bytes / stepsDone),
    async close() {
      await training.release()
      await evaluation.release()
      await finding?.release()
    },
  }
}

const byteLength = (tensor: Tensor): number => (tensor.data as Float32Array | Int32Array).byteLength
