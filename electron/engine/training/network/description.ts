import type { Pcg32 } from '../../numerics/index.ts'
import { concat, type Shape, sizeOf, slice, type Value } from '../autodiff/index.ts'
import { type LayerSettings, type LayerTraining, layerKinds, type ParameterShape } from './layers/index.ts'

export interface LayerDescription {
  kind: string
  settings?: LayerSettings
}

/** Neighbouring numbers of a row, each part through layers of its own; what comes out of them lies side by side again. */
export interface Branches {
  branches: readonly { width: number; layers: readonly LayerDescription[] }[]
}

/** All there is to say about a network before it has learnt anything. Plain data. */
export interface NetworkDescription {
  /** Of one row. */
  inputShape: Shape
  layers: readonly (LayerDescription | Branches)[]
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
  const steps = layers.map((layer, position) => {
    const part = 'branches' in layer ? sideBySide(layer, shape) : single(layer, shape)
    const from = parameters.length
    const named = 'branches' in layer ? `branches${position}` : `${layer.kind}${position}`
    parameters.push(...part.parameters.map(parameter => ({ ...parameter, name: `${named}.${parameter.name}` })))
    shape = part.outputShape
    return { part, from, to: parameters.length }
  })
  return {
    parameters,
    outputShape: shape,
    forward: (rows, values, training) =>
      steps.reduce((value, { part, from, to }) => part.forward(value, values.slice(from, to), training), rows),
  }
}

function single({ kind, settings = {} }: LayerDescription, shape: Shape): Network {
  const layer = layerKinds.get(kind)
  return {
    parameters: layer.parameters(shape, settings),
    outputShape: layer.outputShape(shape, settings),
    forward: (rows, values, training) => layer.forward(rows, values, settings, training),
  }
}

function sideBySide({ branches }: Branches, shape: Shape): Network {
  const width = branches.reduce((sum, branch) => sum + branch.width, 0)
  if (shape.length !== 1 || shape[0] !== width) {
    throw new RangeError(`[${shape.join(', ')}] is not ${branches.map(branch => branch.width).join(' + ')} numbers`)
  }
  const parts = branches.map(branch => buildNetwork({ inputShape: [branch.width], layers: branch.layers }))
  const flat = parts.find(({ outputShape }) => outputShape.length !== 1)
  if (flat) throw new RangeError(`A branch ends in rows of numbers, not [${flat.outputShape.join(', ')}]`)
  return {
    parameters: parts.flatMap((part, i) => part.parameters.map(each => ({ ...each, name: `${i}.${each.name}` }))),
    outputShape: [parts.reduce((sum, { outputShape }) => sum + outputShape[0]!, 0)],
    forward(rows, values, training) {
      let [from, taken] = [0, 0]
      const results = parts.map(({ parameters, forward }, i) => {
        const own = slice(rows, [1], [from], [from + branches[i]!.width])
        const result = forward(own, values.slice(taken, taken + parameters.length), training)
        from += branches[i]!.width
        taken += parameters.length
        return result
      })
      return concat(results, 1)
    },
  }
}

/** Numbers that the parameters start with. */
export function initialParameters(network: Network, random: Pcg32): Float32Array[] {
  return network.parameters.map(({ shape, deviation, start = 0 }) =>
    Float32Array.from({ length: sizeOf(shape) }, () => (deviation === 0 ? start : deviation * random.nextGaussian())),
  )
}
