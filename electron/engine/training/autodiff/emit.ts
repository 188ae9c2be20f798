import type { Attribute, GraphBuilder } from '../../runtime/index.ts'
import type { Attributes, Value } from './value.ts'

/** Whether an operator is to be written as others, where it can be (`Operator.decompose`). */
export type Avoid = (operator: string) => boolean

/**
 * Writes the nodes that `values` need into `graph` and gives their names. `names` holds the name of every input
 * beforehand and grows by what was written, so that a second call shares it. Long chains are no deeper than others on the stack.
 */
export function emit(
  graph: GraphBuilder,
  values: readonly Value[],
  names: Map<Value, string>,
  avoid: Avoid = () => false,
): string[] {
  const decomposed = new Map<Value, Value>()
  const open = values.toReversed()
  while (open.length > 0) {
    const value = open.at(-1)!
    const missing = names.has(value) ? [] : needed(value, decomposed, avoid).filter(each => !names.has(each))
    if (missing.length > 0) {
      open.push(...missing.toReversed())
      continue
    }
    open.pop()
    if (!names.has(value)) names.set(value, write(graph, value, names, decomposed))
  }
  return values.map(value => names.get(value)!)
}

/** What has to be written before it: its inputs, or the one value that it is written as. */
function needed(value: Value, decomposed: Map<Value, Value>, avoid: Avoid): readonly Value[] {
  const { source, type } = value
  if (source.kind !== 'operator') return []
  const { operator, inputs, attributes } = source
  if (!operator.decompose || !(avoid(operator.id) || (operator.float32Only && type === 'float64'))) return inputs
  const known = decomposed.get(value) ?? operator.decompose(inputs, attributes)
  decomposed.set(value, known)
  return [known]
}

function write(
  graph: GraphBuilder,
  value: Value,
  names: ReadonlyMap<Value, string>,
  decomposed: ReadonlyMap<Value, Value>,
): string {
  const { source } = value
  if (source.kind === 'input') throw new Error(`Input ${source.name} has no name in the graph`)
  if (source.kind === 'constant') {
    const data = value.type === 'float64' ? source.data : Float32Array.from(source.data)
    return graph.constant({ type: value.type, dims: [...value.shape], data })
  }
  const other = decomposed.get(value)
  if (other) return names.get(other)!
  const { operator, inputs, attributes } = source
  const inputNames = inputs.map(each => names.get(each)!)
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
