import onnxProto from 'onnx-proto'
import type { DecodedGraph } from './decoded.ts'

const { onnx } = onnxProto

export interface PlainNode {
  /** As ONNX calls it; with its domain before a point where that is not the default one. */
  operator: string
  inputs: string[]
  outputs: string[]
  /** Of numbers only. */
  attributes: Record<string, number | number[]>
}

/** A model's graph as plain data. */
export interface PlainGraph {
  /** Each behind those whose outputs it takes. */
  nodes: PlainNode[]
  /** Initializers of float32 and int64. */
  constants: Map<string, { dims: number[]; values: Float64Array }>
}

export function readGraph(model: Uint8Array): PlainGraph {
  const graph = onnx.ModelProto.decode(model).graph as DecodedGraph
  const constants: PlainGraph['constants'] = new Map()
  for (const { name, dims, dataType, rawData } of graph.initializer ?? []) {
    if (!rawData?.length) continue
    const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
    const at =
      dataType === 1
        ? (i: number) => view.getFloat32(4 * i, true)
        : (i: number) => Number(view.getBigInt64(8 * i, true))
    if (dataType !== 1 && dataType !== 7) continue
    const length = rawData.length / (dataType === 1 ? 4 : 8)
    constants.set(name ?? '', {
      dims: (dims ?? []).map(Number),
      values: Float64Array.from({ length }, (_, i) => at(i)),
    })
  }
  const nodes = (graph.node ?? []).map(({ opType, domain, input, output, attribute }): PlainNode => {
    const attributes: PlainNode['attributes'] = {}
    for (const { name, i, f, ints, floats, type } of attribute ?? []) {
      const { INT, FLOAT, INTS, FLOATS } = onnx.AttributeProto.AttributeType
      if (type === INT) attributes[name ?? ''] = Number(i ?? 0)
      if (type === FLOAT) attributes[name ?? ''] = f ?? 0
      if (type === INTS) attributes[name ?? ''] = (ints ?? []).map(Number)
      if (type === FLOATS) attributes[name ?? ''] = [...(floats ?? [])]
    }
    return {
      operator: domain ? `${domain}.${opType}` : String(opType),
      inputs: input ?? [],
      outputs: output ?? [],
      attributes,
    }
  })
  return { nodes, constants }
}

/** The same model, which tells these tensors too. */
export function withOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  const decoded = onnx.ModelProto.decode(model)
  const graph = decoded.graph as DecodedGraph
  const told = new Set((graph.output ?? []).map(({ name }) => name))
  for (const name of names) if (!told.has(name)) graph.output!.push(onnx.ValueInfoProto.create({ name }))
  return onnx.ModelProto.encode(decoded).finish()
}
