import type { Pcg32 } from '../../numerics/index.ts'
import { type Shape, sizeOf, type Value } from '../autodiff/index.ts'
import { type LayerSettings, type LayerTraining, layerKinds, type ParameterShape } from './layers/index.ts'

export interface LayerDescription {
  kind: string
  settings?: LayerSettings
}

/** All there is to say about a network before it has learnt anything. Plain data. */
export interface NetworkDescription {
  /** Of one row. */
  inputShape: Shape
  layers: readonly LayerDescription[]
}

export interface Network {
  /** In the order in which `forward` takes them. */
  parameters: readonly ParameterShape[]
  /** Of one row. */
  outputShape: Shape
  /** Outputs of the last layer for `rows` [N, ...inputShape]. */
  forward(rows: Value, parameters: readonly Value[], training?: LayerTraining): Value
}

/** Checks that the layers fit together and names their parameters `dense0.weight`. Throws a RangeError where they do not. */
export function buildNetwork({ inputShape, layers }: NetworkDescription): Network {
  let shape = inputShape
  const parameters: ParameterShape[] = []
  const steps = layers.map(({ kind, settings = {} }, position) => {
    const layer = layerKinds.get(kind)
    const own = layer.parameters(shape, settings)
    const from = parameters.length
    parameters.push(...own.map(parameter => ({ ...parameter, name: `${kind}${position}.${parameter.name}` })))
    shape = layer.outputShape(shape, settings)
    return { layer, settings, from, to: parameters.length }
  })
  return {
    parameters,
    outputShape: shape,
    forward: (rows, values, training) =>
      steps.reduce(
        (value, { layer, settings, from, to }) => layer.forward(value, values.slice(from, to), settings, training),
        rows,
      ),
  }
}

/** Numbers that the parameters start with. */
export function initialParameters(network: Network, random: Pcg32): Float32Array[] {
  return network.parameters.map(({ shape, deviation, start = 0 }) =>
    Float32Array.from({ length: sizeOf(shape) }, () => (deviation === 0 ? start : deviation * random.nextGaussian())),
  )
}
