import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { PausedError } from '../../jobs/index.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { TrainContext } from '../algorithm.ts'
import { sizeOf } from '../autodiff/index.ts'
import type { FitCheckpoint } from '../checkpoint.ts'
import { crossEntropy, squaredError } from '../losses/index.ts'
import { optimizers } from '../optimizers/index.ts'
import { buildNetwork, initialParameters, type LayerDescription, type NetworkDescription } from './description.ts'
import { type DeviceAccess, type FittedNetwork, fitNetwork, type NetworkTask, predictWith } from './fit-network.ts'
import { cpuAsDevice, rounded } from './fixtures/rounding.ts'
import { multilayerPerceptron } from './index.ts'
import { type MixedPrecision, scalingNames } from './loss-scaling.ts'
import { describeStep, firstOf, scanGraph, stateInput, stateOutput } from './training-step.ts'

const { Tensor } = await loadOnnxRuntime()

interface Learned {
  /** After each step: parameters, slots, then what mixed precision keeps. */
  states: Float32Array[][]
  losses: number[]
}

/** Plain steps of one batch each on the CPU; `features` and `targets` hold as many rows as all batches. */
async function learn(
  description: NetworkDescription,
  rows: { features: Float32Array; targets: Float32Array; batch: number },
  change: {
    mixed?: MixedPrecision
    rate?: number
    optimizer?: string
    clip?: number
    parameters?: Float32Array[]
  } = {},
): Promise<Learned> {
  const { mixed, rate = 1, optimizer = 'sgd', clip } = change
  const network = buildNetwork(description)
  const loss = network.outputShape[0] === 1 ? squaredError : crossEntropy
  const settings = { learningRate: rate, weightDecay: 0, batch: rows.batch, inputShape: description.inputShape }
  const step = describeStep(network, loss, optimizers.get(optimizer), { ...settings, clip, mixed })
  expect(step.lookups).toEqual([])
  const session = await openSession(scanGraph(step), { threads: 1 })
  const given = change.parameters ?? initialParameters(network, new Pcg32(5))
  let state = step.state.map((_, i) => given[i] ?? firstOf(step, i))
  const count = rows.features.length / sizeOf(description.inputShape)
  const learned: Learned = { states: [], losses: [] }
  for (let from = 0; from < count; from += rows.batch) {
    const scalars = optimizers.get(optimizer).scalars(1 + from / rows.batch, settings)
    const results = await session.run({
      features: new Tensor('float32', rows.features, [count, ...description.inputShape]),
      targets: new Tensor('float32', rows.targets, [count, ...network.outputShape]),
      rows: new Tensor(
        'int32',
        Int32Array.from({ length: rows.batch }, (_, i) => from + i),
        [1, rows.batch],
      ),
      scalars: new Tensor('float32', scalars, [1, scalars.length]),
      ...Object.fromEntries(
        step.state.map(({ shape }, i) => [stateInput(i), new Tensor('float32', state[i]!, [...shape])]),
      ),
    })
    state = step.state.map((_, i) => results[stateOutput(i)]!.data as Float32Array)
    learned.states.push(state)
    learned.losses.push((results.losses!.data as Float32Array)[0]!)
  }
  await session.release()
  return learned
}

const block: LayerDescription[] = [
  { kind: 'convolution', settings: { filters: 3, size: 3, gain: 2 } },
  ...[{ kind: 'max-pool', settings: { size: 2 } }, { kind: 'relu' }],
]
const networks: Record<string, LayerDescription[]> = {
  dense: [{ kind: 'dense', settings: { units: 24 } }, { kind: 'tanh' }],
  images: [
    { kind: 'image', settings: { height: 8 } },
    ...block,
    ...block,
    { kind: 'batch-norm' },
    { kind: 'flatten' },
    { kind: 'dense', settings: { units: 12 } },
    { kind: 'layer-norm' },
  ],
  sequences: [
    { kind: 'words', settings: { rows: 3, units: 4 } },
    { kind: 'recurrent', settings: { units: 5, backwards: 1 } },
  ],
}

function someRows(count: number, width: number, below = 0) {
  const random = new Pcg32(3)
  return {
    features: Float32Array.from({ length: count * width }, () =>
      below ? random.nextBelow(below) : random.nextGaussian(),
    ),
    targets: Float32Array.from({ length: 2 * count }, (_, i) => Number((i >> 1) % 2 === i % 2)),
    batch: count,
  }
}

const length = (numbers: Float32Array) => Math.hypot(...numbers)

/** A float16 has 11 binary digits: a rounding is wrong by at most 2⁻¹¹, and several of them follow each other. */
const tolerance = 8 * 2 ** -11

test.each(Object.keys(networks))('%s: gradients are those of float32, as well as float16 can hold them', async name => {
  const description = {
    inputShape: [64],
    layers: [...networks[name]!, { kind: 'dense', settings: { units: 2 } }],
  }
  const rows = someRows(16, 64, name === 'sequences' ? 3 : 0)
  const start = initialParameters(buildNetwork(description), new Pcg32(5))
  const [plain, mixed] = [await learn(description, rows), await learn(description, rows, { mixed: rounded })]
  expect(mixed.losses[0]).not.toBe(plain.losses[0])
  expect(mixed.losses[0]).toBeCloseTo(plain.losses[0]!, 2)
  const change = (states: Float32Array[][], i: number) => states[0]![i]!.map((value, k) => value - start[i]![k]!)
  start.forEach((_, i) => {
    const [expected, own] = [change(plain.states, i), change(mixed.states, i)]
    const difference = length(own.map((value, k) => value - expected[k]!))
    expect(difference).toBeLessThan(tolerance * length(expected) + 1e-4)
    if (sizeOf([expected.length]) > 8) expect(length(own)).toBeGreaterThan(0)
  })
})

const line: NetworkDescription = { inputShape: [2], layers: [{ kind: 'dense', settings: { units: 1 } }] }

// PyTorch 2.15.0, torch.amp.GradScaler('cpu', init_scale=1024, growth_interval=3) with SGD; gradients of the steps 1, 5, 6 and 13 were infinite.
const scales = [1024, 512, 512, 512, 1024, 512, 256, 256, 256, 512, 512, 512, 1024, 512, 512, 512]
const since = [1, 0, 1, 2, 0, 0, 0, 1, 2, 0, 1, 2, 0, 0, 1, 2]
const bad = [1, 5, 6, 13]

test.each(['sgd', 'momentum', 'adam', 'adamw'])(
  '%s: a step that overflows changes nothing and halves the scale, good ones double it',
  async optimizer => {
    // The slope of 2 (z − 1000) is 2000 times the scale: more than the 65504 of a float16.
    const targets = Float32Array.from({ length: 16 }, (_, step) => (bad.includes(step) ? 1000 : 0.5))
    const features = Float32Array.from({ length: 32 }, (_, i) => 1 + (i % 3) / 4)
    const change = { mixed: { ...rounded, start: 1024, interval: 3 }, rate: 0.01, optimizer }
    const { states, losses } = await learn(line, { features, targets, batch: 1 }, change)
    const last = (state: Float32Array[]) => state.slice(-scalingNames.length).map(([value]) => value!)
    expect(states.map(state => last(state)[0])).toEqual(scales)
    expect(states.map(state => last(state)[1])).toEqual(since)
    expect(states.map(state => last(state)[2])).toEqual(
      scales.map((_, step) => bad.filter(each => each <= step).length),
    )
    expect(losses.every(Number.isFinite)).toBe(true)
    states.slice(1).forEach((state, i) => {
      const moved = state.slice(0, -scalingNames.length)
      const before = states[i]!.slice(0, moved.length)
      if (bad.includes(i + 1)) expect(moved).toEqual(before)
      else expect(moved).not.toEqual(before)
    })
  },
)

test('small gradients vanish in float16, and do not where the loss is scaled', async () => {
  // The slope is 2 · 1e-8, less than the smallest float16.
  const rows = { features: Float32Array.of(1, 2), targets: Float32Array.of(-1e-8), batch: 1 }
  const parameters = [new Float32Array(2), new Float32Array(1)]
  const weights = async (start: number) => {
    const { states } = await learn(line, rows, { parameters, mixed: { ...rounded, start } })
    return [...states[0]![0]!]
  }
  expect(await weights(1)).toEqual([0, 0])
  const [one, two] = await weights(65_536)
  expect(one! / -2e-8).toBeCloseTo(1, 2)
  expect(two! / -4e-8).toBeCloseTo(1, 2)
})

test('gradients are clipped as they are, not as they were scaled', async () => {
  const rows = someRows(16, 64)
  const description = multilayerPerceptron(64, [8], 2)
  const start = initialParameters(buildNetwork(description), new Pcg32(5))
  const { states } = await learn(description, rows, { mixed: rounded, clip: 0.125 })
  const changes = start.map((before, i) => length(before.map((value, k) => value - states[0]![i]![k]!)))
  expect(Math.hypot(...changes)).toBeCloseTo(0.125, 4)
})

test('what a training starts with holds the scale', () => {
  const network = buildNetwork(line)
  const settings = { learningRate: 1, weightDecay: 0, batch: 1, inputShape: [2] }
  const step = describeStep(network, squaredError, optimizers.get('momentum'), { ...settings, mixed: {} })
  expect(step.state.map((_, i) => firstOf(step, i)).slice(2)).toEqual([
    new Float32Array(2),
    new Float32Array(1),
    ...[65_536, 0, 0].map(value => Float32Array.of(value)),
  ])
})

const table = someRows(64, 6)
const task: NetworkTask = {
  description: {
    inputShape: [6],
    layers: [
      { kind: 'dense', settings: { units: 16 } },
      { kind: 'relu' },
      { kind: 'dropout', settings: { rate: 0.2 } },
      { kind: 'dense', settings: { units: 2 } },
    ],
  },
  loss: crossEntropy,
  optimizer: optimizers.get('adam'),
  learningRate: 0.01,
  weightDecay: 0,
  batch: 8,
  epochs: 20,
  patience: 20,
  mixed: { ...rounded, start: 2 ** 20, interval: 5 },
  train: { count: 64, ...table },
  validation: { count: 64, ...table },
}

function contextWith(change: Partial<TrainContext> = {}): TrainContext {
  return {
    ...{ device: 'webgpu', seed: 7, threads: 1, temporaryFolder: tmpdir() },
    ...{ signal: new AbortController().signal, finish: new AbortController().signal },
    progress() {},
    log() {},
    metric() {},
    ...change,
  }
}

/** A CPU under the name of a device; it is lost after so many calls. */
const deviceLostAfter = (calls = Number.POSITIVE_INFINITY): DeviceAccess => ({
  ...cpuAsDevice,
  async open(options) {
    const stepper = await cpuAsDevice.open(options)
    let left = options.device === 'cpu' ? Number.POSITIVE_INFINITY : calls
    return {
      ...stepper,
      // So that calls are as long every time.
      plan: remaining => Math.min(remaining, 3),
      async run(...step) {
        left -= 1
        if (left < 0) throw new Error('the device was lost')
        return await stepper.run(...step)
      },
    }
  },
})

/** Keeps what it is given at every edge and pauses at the `most`-th. */
function keeping(most = Number.POSITIVE_INFINITY): FitCheckpoint {
  let kept: unknown = null
  let saved = 0
  return {
    crash: null,
    restored: <State>() => structuredClone(kept) as State | null,
    isDue: () => true,
    async save(state) {
      kept = structuredClone(state)
      saved += 1
      if (saved === most) throw new PausedError()
    },
  }
}

test('resumed from a checkpoint it ends with the same bytes, scale and all', async () => {
  const whole = await fitNetwork(task, contextWith(), deviceLostAfter())
  const checkpoint = keeping(17)
  await expect(fitNetwork(task, contextWith({ checkpoint }), deviceLostAfter())).rejects.toThrow(PausedError)
  const held = checkpoint.restored<{ progressed: { state: Float32Array[] } }>()!.progressed.state
  // 2²⁰ overflowed, and it grew and fell since.
  expect(held.at(-1)![0]).toBeGreaterThan(0)
  expect(held.at(-3)![0]).toBeLessThan(2 ** 20)
  const resumed = await fitNetwork(task, contextWith({ checkpoint }), deviceLostAfter())
  expect(resumed.parameters).toEqual(whole.parameters)
  const plain = await fitNetwork({ ...task, mixed: undefined }, contextWith(), deviceLostAfter())
  expect(plain.parameters).not.toEqual(whole.parameters)
})

test('tables of embeddings learn too, of the rows that a batch looks up', async () => {
  const features = table.features.map((value, i) => (i % 6 < 4 ? value : Math.abs(Math.round(5 * value)) % 10))
  const rows = { count: 64, features, targets: table.targets }
  const embedded = {
    ...{ ...task, train: rows, validation: rows, epochs: 60, mixed: rounded },
    description: {
      inputShape: [6],
      layers: [{ kind: 'embedding', settings: { columns: 2, rows: 10, units: 3 } }, ...task.description.layers],
    },
  }
  const lossOf = async (fitted: FittedNetwork) => {
    const answers = await predictWith(fitted, embedded, 64, (from, to) => features.subarray(6 * from, 6 * to), 1)
    const nats = table.targets.map((target, i) => -target * Math.log(answers[i]!))
    return nats.reduce((sum, each) => sum + each) / 64
  }
  const mixed = await fitNetwork(embedded, contextWith(), deviceLostAfter())
  const plain = await fitNetwork({ ...embedded, mixed: undefined }, contextWith(), deviceLostAfter())
  expect(mixed.parameters[0]).not.toEqual(plain.parameters[0])
  const [own, other] = await Promise.all([mixed, plain].map(lossOf))
  expect(own).toBeLessThan(0.4)
  expect(Math.abs(own! - other!)).toBeLessThan(0.05)
})

test('a device that is lost in the middle: the CPU goes on in float32 from the checkpoint, and it is said', async () => {
  const fitted = await fitNetwork(task, contextWith({ checkpoint: keeping() }), deviceLostAfter(12))
  expect(fitted.device).toBe('cpu')
  expect(fitted.warnings[0]).toBe(
    'Training on webgpu failed (the device was lost); it was trained on the CPU instead from its last checkpoint on, in epoch 4, in float32.',
  )
})

test('steps that never fit float16 are told', async () => {
  const targets = new Float32Array(64).fill(1e9)
  const rows = { count: 64, features: table.features, targets }
  const wide = { ...task, description: multilayerPerceptron(6, [], 1), loss: squaredError, epochs: 2 }
  const fitted = await fitNetwork({ ...wide, train: rows, validation: rows }, contextWith(), deviceLostAfter())
  expect(fitted.warnings).toContain(
    '16 of 16 steps were left out, as their gradients did not fit float16: precision float32 may learn more.',
  )
})
