import { type Dimension, GraphBuilder } from '../../runtime/index.ts'
import {
  type Avoid,
  differentiate,
  emit,
  gather,
  halveProducts,
  input,
  mul,
  reshape,
  type Shape,
  scalar,
  sizeOf,
  type Value,
} from '../autodiff/index.ts'
import type { Loss } from '../losses/index.ts'
import type { Optimizer, OptimizerSettings, UpdateContext } from '../optimizers/index.ts'
import { clipped, scaled } from './clip.ts'
import type { Network } from './description.ts'
import type { LayerTraining } from './layers/index.ts'
import { keeping, type MixedPrecision, scaledStep } from './loss-scaling.ts'
import { noise } from './noise.ts'
import { rowsOf, updateRows } from './update-rows.ts'

/**
 * One training step as a graph of values: rows are gathered from the training data by index, the mean loss is taken,
 * differentiated, and every parameter and optimizer slot gets its next value.
 */
export interface TrainingStep {
  batch: number
  /** All of them, [−1, …]. */
  features: Value
  /** Those of the batch, [batch, …]. */
  targets: Value
  /** int32 [batch], which rows. */
  rows: Value
  /** One [1] for each scalar of the optimizer, then one for each of `noises`. */
  scalars: Value[]
  /** How many numbers of a step say which noise it has: whole, from 0 to below `noiseOffsets`. */
  noises: number
  /** Parameters, then the slots of each, then what mixed precision keeps. */
  state: Value[]
  /** What the last of the state begins with; slots begin with zeros. */
  starts: readonly number[]
  nextState: Value[]
  /** Tables of which a step reads and changes no more than the rows at `places`; `states` are the table's and its slots' own. */
  lookups: { places: Value; states: number[] }[]
  /** Mean over the batch, shape []. */
  loss: Value
}

export function describeStep(
  network: Network,
  loss: Loss,
  optimizer: Optimizer,
  settings: OptimizerSettings & {
    batch: number
    inputShape: Shape
    clip?: number
    isBatchInnermost?: boolean
    mixed?: MixedPrecision
  },
): TrainingStep {
  const features = input('features', 'float32', [-1, ...settings.inputShape])
  const targets = input('targets', 'float32', [settings.batch, ...network.outputShape])
  const rows = input('rows', 'int32', [settings.batch])
  const rates = optimizer.scalars(1, settings).map((_, i) => input(`scalar${i}`, 'float32', [1]))
  const offsets: Value[] = []
  const statistics = new Map<Value, Value>()
  const training: LayerTraining = {
    isBatchInnermost: settings.isBatchInnermost ?? false,
    noise: shape => noise(shape, offsets),
    set: (statistic, next) => void statistics.set(statistic, next),
  }
  const parameters = network.parameters.map(({ name, shape }) => input(name, 'float32', shape))
  const slots = network.parameters.map(({ name, shape }) =>
    Array.from({ length: optimizer.slots }, (_, i) => input(`${name}.slot${i}`, 'float32', shape)),
  )
  const outputs = network.forward(gather(features, rows), parameters, training)
  const total = loss.total(outputs, targets)
  const mean = mul(total, scalar(total, 1 / settings.batch))
  const [factor, clip] = [optimizer.gradientFactor?.(rates), settings.clip ?? 0]
  const mixed = settings.mixed ? scaledStep(mean, parameters, { factor, clip }, settings.mixed) : null
  const gradients = mixed?.gradients ?? changes(mean, parameters, factor, clip)
  const moving = mixed ? keeping(optimizer, mixed) : optimizer
  const updates = parameters.map((parameter, i) => {
    // A statistic moves by itself; its slots stay empty.
    const next = statistics.get(parameter)
    if (next) return { parameter: mixed?.kept(next, parameter) ?? next, slots: slots[i]! }
    const change = network.parameters[i]!.isTable ? updateRows : update
    return change(moving, {
      parameter,
      gradient: gradients[i]!,
      slots: slots[i]!,
      scalars: rates,
      weightDecay: network.parameters[i]!.decays ? settings.weightDecay : 0,
    })
  })
  const lookups = gradients.flatMap((gradient, i) => {
    const rows = network.parameters[i]!.isTable ? rowsOf(gradient) : null
    if (!rows) return []
    const from = parameters.length + i * optimizer.slots
    return [{ places: rows.places, states: [i, ...Array.from({ length: optimizer.slots }, (_, slot) => from + slot)] }]
  })
  const nextState = [
    ...updates.map(({ parameter }) => parameter),
    ...updates.flatMap(update => update.slots),
    ...(mixed?.nextState ?? []),
  ]
  const all = [...nextState, mean]
  const written = settings.mixed ? halveProducts(all, settings.mixed.held) : all
  return {
    batch: settings.batch,
    features,
    targets,
    rows,
    scalars: [...rates, ...offsets],
    noises: offsets.length,
    state: [...parameters, ...slots.flat(), ...(mixed?.state ?? [])],
    starts: mixed?.starts ?? [],
    nextState: written.slice(0, -1),
    lookups,
    loss: written.at(-1)!,
  }
}

/** Gradients, clipped, times `factor`. */
function changes(loss: Value, parameters: readonly Value[], factor: Value | undefined, clip: number): Value[] {
  if (!factor) return clipped(differentiate(loss, parameters), clip)
  // How long they are is told before they are multiplied.
  if (clip > 0) return clipped(differentiate(loss, parameters), clip).map(gradient => scaled(gradient, factor))
  return differentiate(mul(loss, reshape(factor, loss.shape)), parameters)
}

const update = (optimizer: Optimizer, context: UpdateContext) => optimizer.update(context)

/** What a training begins with where it has nothing to go on from. */
export function firstOf({ state, starts }: TrainingStep, position: number): Float32Array {
  const start = starts[position - (state.length - starts.length)] ?? 0
  return new Float32Array(sizeOf(state[position]!.shape)).fill(start)
}

/** Names of the state's inputs and outputs, in the order of `TrainingStep.state`. */
export const stateInput = (i: number): string => `state${i}`
export const stateOutput = (i: number): string => `next${i}`

/** Names of the inputs that say which rows a step looks up, in the order of `TrainingStep.lookups`. */
export const placesInput = (i: number): string => `places${i}`

const dimensions = (shape: Shape) => shape.map(length => (length === -1 ? 'R' : length))

/** The inputs that both ways of stepping share; `steps` is a number, or a name where it is known at run time only. */
function stepInputs(
  graph: GraphBuilder,
  step: TrainingStep,
  steps: Dimension,
  shapes: readonly (readonly Dimension[])[] = step.state.map(({ shape }) => shape),
): void {
  graph.input('features', 'float32', dimensions(step.features.shape))
  graph.input('targets', 'float32', ['R', ...step.targets.shape.slice(1)])
  graph.input('rows', 'int32', [steps, step.batch])
  if (step.scalars.length > 0) graph.input('scalars', 'float32', [steps, step.scalars.length])
  shapes.forEach((shape, i) => {
    graph.input(stateInput(i), 'float32', shape)
  })
}

function stepOutputs(
  graph: GraphBuilder,
  step: TrainingStep,
  steps: Dimension,
  shapes: readonly (readonly Dimension[])[] = step.state.map(({ shape }) => shape),
): void {
  shapes.forEach((shape, i) => {
    graph.output(stateOutput(i), 'float32', shape)
  })
  graph.output('losses', 'float32', [steps])
}

/** Splits a vector of scalars into tensors of shape [1]. */
function splitScalars(graph: GraphBuilder, vector: string, count: number): string[] {
  if (count === 1) return [vector]
  const parts = Array.from({ length: count }, () => graph.fresh('scalar'))
  return [...graph.nodes('Split', [vector, graph.int64s(new Array(count).fill(1))], parts, { axis: { int: 0 } })]
}

/**
 * Any number of steps in one call, as a Scan over mini-batches. Inputs `features` [R, …], `targets` [R, …], `rows` int32
 * [S, batch], `scalars` [S, …], `stateᵢ`; outputs `nextᵢ`, `losses` [S]. For providers that run Scan themselves (CPU). Of a table that is
 * looked up the state is only those rows, and an input `placesᵢ` int32 [S, batch, columns] has their places among them.
 */
export function scanGraph(step: TrainingStep): Uint8Array {
  const graph = new GraphBuilder('train')
  const shapes = scannedShapes(step)
  stepInputs(graph, step, 'S', shapes)
  const body = new GraphBuilder('step', 'step_')
  const names = new Map<Value, string>([[step.features, 'features']])
  step.state.forEach((value, i) => {
    names.set(value, body.input(`step_state${i}`, 'float32', shapes[i]!))
  })
  names.set(step.targets, body.input('step_targets', 'float32', step.targets.shape))
  names.set(step.rows, body.input('step_rows', 'int32', [step.batch]))
  // Of all steps at once; features would be too many.
  const scanned = [graph.node('Gather', ['targets', 'rows']), 'rows']
  if (step.scalars.length > 0) {
    scanned.push('scalars')
    const vector = body.input('step_scalars', 'float32', [step.scalars.length])
    splitScalars(body, vector, step.scalars.length).forEach((name, i) => {
      names.set(step.scalars[i]!, name)
    })
  }
  step.lookups.forEach(({ places }, i) => {
    scanned.push(graph.input(placesInput(i), 'int32', ['S', ...places.shape]))
    names.set(places, body.input(`step_${placesInput(i)}`, 'int32', places.shape))
  })
  // The last layer's first, as its gradient is known first: what a layer gave is then read for the last time where its slope is told, in its place.
  const [loss, ...next] = emit(body, [step.loss, ...step.nextState.toReversed()], names)
  next.toReversed().forEach((name, i) => {
    body.output(name, 'float32', shapes[i]!)
  })
  body.output(loss!, 'float32', [])
  graph.nodes(
    'Scan',
    [...step.state.map((_, i) => stateInput(i)), ...scanned],
    [...step.state.map((_, i) => stateOutput(i)), 'losses'],
    { body: { graph: body }, num_scan_inputs: { int: scanned.length } },
  )
  stepOutputs(graph, step, 'S', shapes)
  return graph.build()
}

/** Shapes of the state in `scanGraph`. */
function scannedShapes(step: TrainingStep): Dimension[][] {
  const shapes: Dimension[][] = step.state.map(({ shape }) => [...shape])
  step.lookups.forEach(({ states }, i) => {
    for (const state of states) shapes[state]![0] = `U${i}`
  })
  return shapes
}

/** Which rows of tables steps look up: inputs `features` [R, …] and `rows` int32 [S, batch], outputs `placesᵢ`. */
export function placesGraph(step: TrainingStep): Uint8Array {
  const graph = new GraphBuilder('places')
  graph.input('features', 'float32', dimensions(step.features.shape))
  graph.input('rows', 'int32', ['S', step.batch])
  const body = new GraphBuilder('step', 'step_')
  const names = new Map<Value, string>([
    [step.features, 'features'],
    [step.rows, body.input('step_rows', 'int32', [step.batch])],
  ])
  const places = step.lookups.map(lookup => lookup.places)
  emit(body, places, names).forEach((name, i) => {
    body.output(name, 'int32', places[i]!.shape)
  })
  const outputs = places.map((_, i) => placesInput(i))
  graph.nodes('Scan', ['rows'], outputs, { body: { graph: body }, num_scan_inputs: { int: 1 } })
  places.forEach(({ shape }, i) => {
    graph.output(placesInput(i), 'int32', ['S', ...shape])
  })
  return graph.build()
}

/**
 * `steps` steps in one call, written out one after the other, with the inputs and outputs of `scanGraph`. For providers
 * that have no kernel for Scan and would drag the state across at every step (WebGPU).
 */
export function unrolledGraph(step: TrainingStep, steps: number, avoid?: Avoid): Uint8Array {
  const graph = new GraphBuilder('train')
  stepInputs(graph, step, steps)
  const split = (name: string, length: number, hint: string) =>
    steps === 1
      ? [graph.node('Reshape', [name, graph.int64s([length])])]
      : graph
          .nodes(
            'Split',
            [name, graph.int64s(new Array(steps).fill(1))],
            Array.from({ length: steps }, () => graph.fresh(hint)),
            {
              axis: { int: 0 },
            },
          )
          .map(part => graph.node('Reshape', [part, graph.int64s([length])]))
  const rows = split('rows', step.batch, 'rows')
  const scalars = step.scalars.length > 0 ? split('scalars', step.scalars.length, 'scalars') : []
  let state = step.state.map((_, i) => stateInput(i))
  const losses: string[] = []
  for (let i = 0; i < steps; i += 1) {
    const names = new Map<Value, string>([
      [step.features, 'features'],
      [step.targets, graph.node('Gather', ['targets', rows[i]!])],
      [step.rows, rows[i]!],
      ...step.state.map((value, position): [Value, string] => [value, state[position]!]),
      ...(scalars[i] ? splitScalars(graph, scalars[i]!, step.scalars.length) : []).map(
        (name, position): [Value, string] => [step.scalars[position]!, name],
      ),
    ])
    state = emit(graph, step.nextState, names, avoid)
    const [loss] = emit(graph, [step.loss], names, avoid)
    losses.push(graph.node('Reshape', [loss!, graph.int64s([1])]))
  }
  state.forEach((name, i) => {
    graph.node('Identity', [name], {}, stateOutput(i))
  })
  graph.node('Concat', losses, { axis: { int: 0 } }, 'losses')
  stepOutputs(graph, step, steps)
  return graph.build()
}
