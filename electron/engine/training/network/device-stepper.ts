import { GraphBuilder, lacks, loadOnnxRuntime, openSession, profileRun, type Tensor } from '../../runtime/index.ts'
import { type Shape, sizeOf } from '../autodiff/index.ts'
import { lossGraph } from './evaluation-graph.ts'
import type { StepperOptions } from './host-stepper.ts'
import { callMs, type Rows, type StateHandle, type Stepper } from './stepper.ts'
import { firstOf, stateInput, stateOutput, unrolledGraph } from './training-step.ts'

type Tensors = Record<string, Tensor>

const mostSteps = 32
/** The first calls build the device's programs and say nothing about its speed. */
const warmUpCalls = 2

/**
 * Steps with data and state resident on a device that has no kernel for Scan (WebGPU): several steps are unrolled into
 * one graph, outputs stay on the device and are fed back. Only row numbers and rates go up, only losses come down. A
 * tensor on the device is never read directly, which would end the process, but through a session that copies it.
 */
export async function openDeviceStepper(options: StepperOptions): Promise<Stepper> {
  const { Tensor } = await loadOnnxRuntime()
  const { network, step, train, validation, device, threads } = options
  const avoid = lacks(device)
  const inputShape = step.features.shape.slice(1)

  /** Kept open: a session takes the memory of its outputs with it. */
  const uploads: { release(): Promise<void> }[] = []

  const upload = async (tensor: Tensor): Promise<Tensor> => {
    const graph = new GraphBuilder('upload')
    graph.input('host', 'float32', tensor.dims)
    graph.output(graph.node('Identity', ['host']), 'float32', tensor.dims)
    const session = await openSession(graph.build(), { device, extra: { preferredOutputLocation: 'gpu-buffer' } })
    const [resident] = Object.values(await session.run({ host: tensor }))
    uploads.push(session)
    return resident!
  }
  const uploadRows = async ({ count, features, targets }: Rows): Promise<Tensors> => ({
    features: await upload(new Tensor('float32', features, [count, ...inputShape])),
    targets: await upload(new Tensor('float32', targets, [count, ...network.outputShape])),
  })

  const openTraining = async (steps: number) => {
    const onDevice = step.state.map((_, i) => [stateOutput(i), 'gpu-buffer'] as const)
    return await openSession(unrolledGraph(step, steps, avoid), {
      device,
      threads,
      extra: { preferredOutputLocation: { ...Object.fromEntries(onDevice), losses: 'cpu' } },
    })
  }

  const trainData = await uploadRows(train)
  const validationData = validation.count > 0 ? await uploadRows(validation) : null
  const evaluation = await openSession(lossGraph(network, options.loss, inputShape, avoid), { device, threads })
  const single = await openTraining(1)
  let several: { steps: number; session: typeof single } | null = null
  let state: Tensor[] = []
  for (const [i, { shape }] of step.state.entries()) {
    state.push(await upload(new Tensor('float32', options.parameters[i] ?? firstOf(step, i), [...shape])))
  }
  const kept = new Set<Tensor>()
  let calls = 0
  let stepMs = Number.POSITIVE_INFINITY
  let stepsDone = 0
  let bytes = 0

  const stateFeeds = (tensors: readonly Tensor[]): Tensors =>
    Object.fromEntries(tensors.map((tensor, i) => [stateInput(i), tensor]))
  const hostFeeds = (rows: Int32Array, scalars: Float32Array, steps: number): Tensors => ({
    rows: new Tensor('int32', rows, [steps, step.batch]),
    ...(scalars.length > 0 ? { scalars: new Tensor('float32', scalars, [steps, scalars.length / steps]) } : {}),
  })
  const dispose = (tensors: readonly Tensor[]) => {
    for (const tensor of tensors) if (!kept.has(tensor)) tensor.dispose()
  }

  return {
    plan(remaining) {
      if (calls < warmUpCalls) return 1
      const steps = several?.steps ?? Math.max(1, Math.min(mostSteps, remaining, Math.floor(callMs / stepMs)))
      return steps <= remaining ? steps : 1
    },
    async run(rows, scalars, steps) {
      if (steps > 1) several ??= { steps, session: await openTraining(steps) }
      const session = steps === 1 ? single : several!.session
      const fromHost = hostFeeds(rows, scalars, steps)
      const start = performance.now()
      const results = await session.run({ ...trainData, ...fromHost, ...stateFeeds(state) })
      if (calls >= 1 && steps === 1) stepMs = Math.min(stepMs, performance.now() - start)
      calls += 1
      stepsDone += steps
      for (const tensor of [...Object.values(fromHost), ...Object.values(results)]) {
        if (tensor.location === 'cpu') bytes += (tensor.data as Float32Array | Int32Array).byteLength
      }
      dispose(state)
      state = step.state.map((_, i) => results[stateOutput(i)]!)
      return results.losses!.data as Float32Array
    },
    async validationLoss() {
      if (!validationData) return Number.NaN
      const parameters = stateFeeds(state.slice(0, network.parameters.length))
      const { total } = await evaluation.run({ ...validationData, ...parameters })
      return (total!.data as Float32Array)[0]! / validation.count
    },
    capture() {
      const parameters = state.slice(0, network.parameters.length)
      for (const tensor of parameters) kept.add(tensor)
      return { state: parameters }
    },
    release(handle: StateHandle) {
      const tensors = handle.state as Tensor[]
      for (const tensor of tensors) kept.delete(tensor)
      dispose(tensors.filter(tensor => !state.includes(tensor)))
    },
    read: handle =>
      readBack(
        handle.state as Tensor[],
        network.parameters.map(({ shape }) => shape),
        options,
      ),
    state: () =>
      readBack(
        state,
        step.state.map(({ shape }) => shape),
        options,
      ),
    async placement() {
      const steps = several?.steps ?? 1
      const zeros = step.state.map(({ shape }) => new Tensor('float32', new Float32Array(sizeOf(shape)), [...shape]))
      const fromHost = hostFeeds(
        new Int32Array(steps * step.batch),
        new Float32Array(steps * step.scalars.length),
        steps,
      )
      return await profileRun(
        unrolledGraph(step, steps, avoid),
        { ...trainData, ...fromHost, ...stateFeeds(zeros) },
        { device, threads, temporaryFolder: options.temporaryFolder },
      )
    },
    bytesPerStep: () => bytes / stepsDone,
    async close() {
      const tensors = new Set([...kept, ...state, ...Object.values(trainData), ...Object.values(validationData ?? {})])
      kept.clear()
      dispose([...tensors])
      for (const session of [single, evaluation, several?.session, ...uploads]) await session?.release()
    },
  }
}

/** Copies tensors from the device through a session with outputs on the host. */
async function readBack(
  tensors: readonly Tensor[],
  shapes: readonly Shape[],
  { device }: StepperOptions,
): Promise<Float32Array[]> {
  const graph = new GraphBuilder('read')
  shapes.forEach((shape, i) => {
    graph.output(
      graph.node('Identity', [graph.input(`device${i}`, 'float32', shape)], {}, `host${i}`),
      'float32',
      shape,
    )
  })
  const session = await openSession(graph.build(), { device })
  const results = await session.run(Object.fromEntries(tensors.map((tensor, i) => [`device${i}`, tensor])))
  await session.release()
  return shapes.map((_, i) => Float32Array.from(results[`host${i}`]!.data as Float32Array))
}
