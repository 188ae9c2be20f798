import type { Attribute, GraphBuilder } from '../../runtime/index.ts'
import type { Attributes, Value } from './value.ts'

/** Whether an operator is to be written as others, where it can be (`Operator.decompose`). */
export type Avoid = (operator: string) => boolean

/**
 * Writes the nodes that `values` need into `graph` and gives their names. `names` holds the name of every input
 * beforehand and grows by what was written, so that a second call shares it.
 */
export function emit(
  graph: GraphBuilder,
  values: readonly Value[],
  names: Map<Value, string>,
  avoid: Avoid = () => false,
): string[] {
  return values.map(value => emitOne(graph, value, names, avoid))
}

function emitOne(graph: GraphBuilder, value: Value, names: Map<Value, string>, avoid: Avoid): string {
  const known = names.get(value)
  if (known !== undefined) return known
  const name = write(graph, value, names, avoid)
  names.set(value, name)
  return name
}

function write(graph: GraphBuilder, value: Value, names: Map<Value, string>, avoid: Avoid): string {
  const { source } = value
  if (source.kind === 'input') throw new Error(`Input ${source.name} has no name in the graph`)
  if (source.kind === 'constant') {
    const data = value.type === 'float64' ? source.data : Float32Array.from(source.data)
    return graph.constant({ type: value.type, dims: [...value.shape], data })
  }
  const { operator, inputs, attributes } = source
  if (operator.decompose && (avoid(operator.id) || (operator.float32Only && value.type === 'float64'))) {
    return emitOne(graph, operator.decompose(inputs, attributes), names, avoid)
  }
  const inputNames = emit(graph, inputs, names, avoid)
  if (operator.emit) {
    return operator.emit(graph, inputNames, { inputs, attributes, type: value.type, shape: value.shape })
  }
  return graph.node(operator.id, inputNames, onnxAttributes(attributes))
}

export function onnxAttributes(attributes: Attributes): Record<string, Attribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'number' ? { int: value } : { ints: value },
    ]),
  )
}
