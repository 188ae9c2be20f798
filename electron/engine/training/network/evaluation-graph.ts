import { GraphBuilder } from '../../runtime/index.ts'
import { type Avoid, emit, input, type Shape, type Value } from '../autodiff/index.ts'
import type { Loss } from '../losses/index.ts'
import type { Network } from './description.ts'
import { stateInput } from './training-step.ts'

function withParameters(network: Network, inputShape: Shape) {
  const graph = new GraphBuilder('evaluate')
  const features = input('features', 'float32', [-1, ...inputShape])
  const names = new Map<Value, string>([[features, graph.input('features', 'float32', ['N', ...inputShape])]])
  const parameters = network.parameters.map(({ name, shape }, i) => {
    const value = input(name, 'float32', shape)
    names.set(value, graph.input(stateInput(i), 'float32', shape))
    return value
  })
  return { graph, names, outputs: network.forward(features, parameters) }
}

/** Inputs `features` [N, …], `targets` [N, …], `stateᵢ` (the parameters); output `total` [1], the summed loss. */
export function lossGraph(network: Network, loss: Loss, inputShape: Shape, avoid?: Avoid): Uint8Array {
  const { graph, names, outputs } = withParameters(network, inputShape)
  const targets = input('targets', 'float32', outputs.shape)
  names.set(targets, graph.input('targets', 'float32', ['N', ...network.outputShape]))
  const [total] = emit(graph, [loss.total(outputs, targets)], names, avoid)
  graph.node('Reshape', [total!, graph.int64s([1])], {}, 'total')
  graph.output('total', 'float32', [1])
  return graph.build()
}

/** Inputs `features` [N, …], `stateᵢ` (the parameters); output `predictions` [N, …]: what the loss makes of the outputs. */
export function predictionGraph(network: Network, loss: Loss, inputShape: Shape): Uint8Array {
  const { graph, names, outputs } = withParameters(network, inputShape)
  const [predictions] = emit(graph, [loss.head(outputs)], names)
  graph.node('Identity', [predictions!], {}, 'predictions')
  graph.output('predictions', 'float32', ['N', ...network.outputShape])
  return graph.build()
}

/**
 * Adds a trained network to a graph: `features` [N, …] in, the loss's head of the outputs out, parameters as weights of
 * the model. Gives the name of the output.
 */
export function addNetwork(
  graph: GraphBuilder,
  network: Network,
  loss: Loss,
  inputShape: Shape,
  features: string,
  parameters: readonly Float32Array[],
): string {
  const rows = input('features', 'float32', [-1, ...inputShape])
  const names = new Map<Value, string>([[rows, features]])
  const values = network.parameters.map(({ name, shape }, i) => {
    const value = input(name, 'float32', shape)
    names.set(value, graph.constant({ type: 'float32', dims: [...shape], data: parameters[i]! }, graph.fresh(name)))
    return value
  })
  return emit(graph, [loss.head(network.forward(rows, values))], names)[0]!
}
