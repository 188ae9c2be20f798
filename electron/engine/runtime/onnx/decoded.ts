import onnxProto from 'onnx-proto'

const { onnx } = onnxProto
export type DecodedModel = ReturnType<typeof onnx.ModelProto.decode>
export type DecodedGraph = NonNullable<DecodedModel['graph']>
export type DecodedNode = NonNullable<DecodedGraph['node']>[number]

/** The numbers of a node's attribute, whole or not; undefined where it has none of that name. */
export function numbersIn(node: DecodedNode, name: string): number[] | undefined {
  const found = node.attribute?.find(each => each.name === name)
  if (!found) return undefined
  return (found.ints?.length ? found.ints : (found.floats ?? [])).map(Number)
}

export function textsIn(node: DecodedNode, name: string): string[] | undefined {
  const decoder = new TextDecoder()
  return node.attribute?.find(each => each.name === name)?.strings?.map(text => decoder.decode(text))
}

/** A single whole number, or text. */
export function integerIn(node: DecodedNode, name: string): number | undefined {
  const found = node.attribute?.find(each => each.name === name)
  return found ? Number(found.i ?? 0) : undefined
}

export function textIn(node: DecodedNode, name: string): string | undefined {
  const found = node.attribute?.find(each => each.name === name)
  return found ? new TextDecoder().decode(found.s ?? new Uint8Array()) : undefined
}
