import onnxProto from 'onnx-proto'
import { AppError } from '../../../../shared/errors.ts'
import type { DecodedGraph, DecodedNode } from './decoded.ts'

const { onnx } = onnxProto

/** Since this version an operator that a head is made of is written as Lathe writes it. */
const oldestOpset = 13

/** A tensor that a model's nodes make, numbers or not; what the file tells of it. */
export interface InnerTensor {
  name: string
  /** As ONNX calls it. */
  operator: string
}

/**
 * Tensors on the ways from the inputs to `output`, in their order, and the one that the last layer takes: the product of matrices with weights
 * that is nearest to the output. Null where there is no such product behind at least one other node.
 */
export function innerTensors(model: Uint8Array, output: string): { tensors: InnerTensor[]; last: string | null } {
  const graph = onnx.ModelProto.decode(model).graph as DecodedGraph
  const fixed = constantsOf(graph)
  const nodes = neededFor(graph, output)
  const tensors = nodes.flatMap(({ output: names, opType }) =>
    (names ?? [])
      .filter(name => name && name !== output && !fixed.has(name))
      .map(name => ({ name, operator: String(opType) })),
  )
  const made = new Set(tensors.map(({ name }) => name))
  const layer = nodes.findLast(({ opType, input }) => {
    const [data = '', weights = ''] = input ?? []
    return (opType === 'Gemm' || opType === 'MatMul') && made.has(data) && fixed.has(weights)
  })
  return { tensors, last: layer?.input?.[0] ?? null }
}

/**
 * The part of a model that makes `tensor`, as a model with that output alone. Throws `not-found` where no node makes it, `unsupported` for a model of an operator set
 * before 13.
 */
export function cutModel(model: Uint8Array, tensor: string): Uint8Array {
  const decoded = onnx.ModelProto.decode(model)
  const graph = decoded.graph as DecodedGraph
  const opset = decoded.opsetImport.find(({ domain }) => !domain || domain === 'ai.onnx')
  if (Number(opset?.version ?? 0) < oldestOpset) {
    throw new AppError(
      'unsupported',
      `The model is of ONNX's operator set ${opset?.version}; a head needs ${oldestOpset} or newer`,
      {
        mend: 'Export it again for a newer operator set (opset_version, target_opset).',
      },
    )
  }
  const node = neededFor(graph, tensor)
  if (!node.some(each => each.output?.includes(tensor))) {
    throw new AppError('not-found', `No node of the model makes a tensor "${tensor}"`)
  }
  const used = new Set(node.flatMap(namesIn))
  const initializer = (graph.initializer ?? []).filter(({ name }) => used.has(name ?? ''))
  const kept = new Set(initializer.map(({ name }) => name))
  const input = (graph.input ?? []).filter(({ name }) => used.has(name ?? '') && !kept.has(name))
  const { sparseInitializer, name } = graph
  const output = [onnx.ValueInfoProto.create({ name: tensor })]
  const cut = onnx.GraphProto.create({ name, node, initializer, sparseInitializer, input, output })
  const { irVersion, opsetImport, functions, producerName, producerVersion } = decoded
  return onnx.ModelProto.encode(
    onnx.ModelProto.create({ irVersion, opsetImport, functions, producerName, producerVersion, graph: cut }),
  ).finish()
}

/** A cut model's parts with all names led by `prefix`, inputs by what stands for them. */
export function renamedParts(model: Uint8Array, prefix: string, inputs: ReadonlyMap<string, string>) {
  const decoded = onnx.ModelProto.decode(model)
  const graph = decoded.graph as DecodedGraph
  const renamed = (name: string | null | undefined) => (name ? (inputs.get(name) ?? `${prefix}${name}`) : '')
  const tensorOf = <Tensor extends { name?: string | null }>(tensor: Tensor): Tensor => ({
    ...tensor,
    name: renamed(tensor.name),
  })
  const graphOf = (inner: DecodedGraph): DecodedGraph => ({
    ...inner,
    node: (inner.node ?? []).map(nodeOf),
    initializer: (inner.initializer ?? []).map(tensorOf),
    ...{ input: (inner.input ?? []).map(tensorOf), output: (inner.output ?? []).map(tensorOf), valueInfo: [] },
  })
  const nodeOf = (node: DecodedNode): DecodedNode => ({
    ...node,
    ...{ name: renamed(node.name), input: node.input?.map(renamed), output: node.output?.map(renamed) },
    attribute: node.attribute?.map(each => ({
      ...each,
      ...(each.g ? { g: graphOf(each.g as DecodedGraph) } : {}),
      ...(each.graphs?.length ? { graphs: each.graphs.map(inner => graphOf(inner as DecodedGraph)) } : {}),
    })),
  })
  const { irVersion, opsetImport, functions } = decoded
  return {
    ...{ irVersion: Number(irVersion), opsetImport, functions },
    nodes: (graph.node ?? []).map(nodeOf),
    initializers: (graph.initializer ?? []).map(tensorOf),
    output: renamed(graph.output?.[0]?.name),
  }
}

/** Nodes that `tensor` is made by, in their order. */
function neededFor(graph: DecodedGraph, tensor: string): DecodedNode[] {
  const wanted = new Set([tensor])
  return (graph.node ?? [])
    .toReversed()
    .filter(node => {
      const isNeeded = node.output?.some(name => name && wanted.has(name)) ?? false
      if (isNeeded) for (const name of namesIn(node)) wanted.add(name)
      return isNeeded
    })
    .toReversed()
}

/** What a node takes, its inner graphs included. */
function namesIn({ input, attribute }: DecodedNode): string[] {
  const inner = (attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]) as DecodedGraph[]
  const within = inner.flatMap(({ node, output }) => [
    ...(node ?? []).flatMap(namesIn),
    ...(output ?? []).map(({ name }) => name ?? ''),
  ])
  return [...(input ?? []), ...within].filter(Boolean)
}

/** Weights, and what is made of weights alone. */
function constantsOf(graph: DecodedGraph): Set<string> {
  const fixed = new Set((graph.initializer ?? []).map(({ name }) => name ?? ''))
  for (const node of graph.node ?? []) {
    if (namesIn(node).every(name => fixed.has(name))) for (const name of node.output ?? []) fixed.add(name)
  }
  return fixed
}
