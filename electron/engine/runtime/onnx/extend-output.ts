import onnxProto from 'onnx-proto'
import { GraphBuilder } from './graph-builder.ts'
import { joined, withLength } from './long-attribute.ts'

const { onnx } = onnxProto

/** Fields of `ModelProto` and `GraphProto`. */
const [graphField, nodeField] = [7, 1] as const
/** A node that writes an output is small; one with the lists of a forest would take a hundred times its size as a message. */
const smallNode = 65_536

/**
 * A model that `GraphBuilder` wrote, with more nodes behind one of its outputs: `add` gets the name of what the output was, and names what takes its
 * place under the same name. The bytes of all other nodes stay as they are.
 */
export function extendOutput(
  model: Uint8Array,
  output: string,
  add: (graph: GraphBuilder, before: string) => string,
): Uint8Array {
  const before = `${output}_before`
  const added = new GraphBuilder('model', 'behind_')
  added.node('Identity', [add(added, before)], {}, output)
  const { node, initializer } = added.toGraphProto()
  const more = onnx.GraphProto.encode(onnx.GraphProto.create({ node, initializer })).finish()
  const fields = fieldsOf(model).map(({ field, bytes, content }) => {
    if (field !== graphField || !content) return bytes
    const nodes = fieldsOf(content).map(each =>
      each.field === nodeField && each.content && each.content.length <= smallNode
        ? withLength(nodeField, renamed(each.content, output, before))
        : each.bytes,
    )
    return withLength(graphField, joined([...nodes, more]))
  })
  return joined(fields)
}

function renamed(bytes: Uint8Array, name: string, to: string): Uint8Array {
  const node = onnx.NodeProto.decode(bytes)
  if (![...(node.input ?? []), ...(node.output ?? [])].includes(name)) return bytes
  const change = (names: string[] | null | undefined) => names?.map(each => (each === name ? to : each))
  return onnx.NodeProto.encode({ ...node, input: change(node.input), output: change(node.output) }).finish()
}

interface Field {
  field: number
  /** With its tag, and with its length where it has one. */
  bytes: Uint8Array
  /** Of a field with a length; else null. */
  content: Uint8Array | null
}

/** The fields of a message, in their order (Protocol Buffers, encoding). */
function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = () => {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = message[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
  while (at < message.length) {
    const start = at
    const tag = varint()
    const type = tag & 7
    let content: Uint8Array | null = null
    if (type === 2) {
      const length = varint()
      content = message.subarray(at, at + length)
      at += length
    } else if (type === 0) varint()
    else at += type === 1 ? 8 : 4
    fields.push({ field: Math.floor(tag / 8), bytes: message.subarray(start, at), content })
  }
  return fields
}
