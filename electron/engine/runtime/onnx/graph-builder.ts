import onnxProto from 'onnx-proto'
import { latheVersion } from '../../../../shared/version.ts'
import { renamedParts } from './cut-model.ts'
import { encodeLongAttribute, joined, withLength } from './long-attribute.ts'

const { onnx } = onnxProto

export type ElementType = 'float32' | 'float16' | 'float64' | 'int64' | 'int32' | 'bool' | 'string' | 'uint8'

const elementCodes: Record<ElementType, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
}

export interface TensorValue {
  type: ElementType
  dims: number[]
  data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[]
}

/** A number is written as float; wrap it in `{ int }` for an integer, `{ ints }` for a list of them. */
export type Attribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { floats: ArrayLike<number> }
  | { string: string }
  | { strings: readonly string[] }
  | { tensor: TensorValue }
  | { graph: GraphBuilder }

/** A dimension: a length, or a name such as 'N' for one that is known only at run time. */
export type Dimension = number | string

function tensorProto(name: string, value: TensorValue) {
  const count = value.dims.reduce((product, length) => product * length, 1)
  if (count !== value.data.length) {
    throw new RangeError(`Tensor ${name} has ${value.data.length} values for the shape [${value.dims.join(', ')}]`)
  }
  const proto = { name, dims: value.dims, dataType: elementCodes[value.type] }
  if (value.type === 'string') {
    const encoder = new TextEncoder()
    return onnx.TensorProto.create({
      ...proto,
      stringData: (value.data as readonly string[]).map(text => encoder.encode(text)),
    })
  }
  const data = value.data as Exclude<TensorValue['data'], readonly string[]>
  return onnx.TensorProto.create({ ...proto, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) })
}

function attributeProto(name: string, attribute: Attribute) {
  const { AttributeType } = onnx.AttributeProto
  const encoder = new TextEncoder()
  if ('int' in attribute) return onnx.AttributeProto.create({ name, type: AttributeType.INT, i: attribute.int })
  if ('ints' in attribute)
    return onnx.AttributeProto.create({ name, type: AttributeType.INTS, ints: [...attribute.ints] })
  if ('float' in attribute) return onnx.AttributeProto.create({ name, type: AttributeType.FLOAT, f: attribute.float })
  if ('floats' in attribute) {
    return onnx.AttributeProto.create({ name, type: AttributeType.FLOATS, floats: Array.from(attribute.floats) })
  }
  if ('string' in attribute) {
    return onnx.AttributeProto.create({ name, type: AttributeType.STRING, s: encoder.encode(attribute.string) })
  }
  if ('strings' in attribute) {
    const strings = attribute.strings.map(text => encoder.encode(text))
    return onnx.AttributeProto.create({ name, type: AttributeType.STRINGS, strings })
  }
  if ('tensor' in attribute) {
    return onnx.AttributeProto.create({ name, type: AttributeType.TENSOR, t: tensorProto('', attribute.tensor) })
  }
  return onnx.AttributeProto.create({ name, type: AttributeType.GRAPH, g: attribute.graph.toGraphProto() })
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]) {
  const dim = shape.map(length => (typeof length === 'number' ? { dimValue: length } : { dimParam: length }))
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: elementCodes[type], shape: { dim } } } })
}

/** Fields of `ModelProto`, `GraphProto` and `NodeProto`. */
const [graphField, nodeField, attributeField] = [7, 1, 5] as const

const domains = new Map([
  ['', ''],
  ['ml', 'ai.onnx.ml'],
  ['ms', 'com.microsoft'],
])

/**
 * Writes an ONNX graph node by node. Names are made up in order, so the same calls give the same bytes. Opset 17 of
 * ONNX and 3 of ai.onnx.ml; IR version 8.
 */
export class GraphBuilder {
  readonly #name: string
  readonly #prefix: string
  readonly #inputs: ReturnType<typeof valueInfo>[] = []
  readonly #outputs: ReturnType<typeof valueInfo>[] = []
  /** With the attributes that were written into bytes at once. */
  readonly #nodes: { node: ReturnType<typeof onnx.NodeProto.create>; long: Uint8Array[] }[] = []
  readonly #initializers: ReturnType<typeof tensorProto>[] = []
  readonly #constants = new Map<string, string>()
  #count = 0
  #usesOwnOperators = false
  /** Of a model that was taken in: its operator sets are those of the whole. */
  #taken: Pick<ReturnType<typeof renamedParts>, 'irVersion' | 'opsetImport' | 'functions'> | null = null

  /** `prefix` keeps the names of a subgraph (a Scan's body) apart from those around it. */
  constructor(name = 'model', prefix = '') {
    this.#name = name
    this.#prefix = prefix
  }

  fresh(hint: string): string {
    this.#count += 1
    return `${this.#prefix}${hint}_${this.#count}`
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.#inputs.push(valueInfo(name, type, shape))
    return name
  }

  output(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.#outputs.push(valueInfo(name, type, shape))
    return name
  }

  /** An initializer. Unnamed small ones with the same content are kept once. */
  constant(value: TensorValue, name?: string): string {
    const small = name === undefined && value.data.length <= 64
    const key = small ? `${value.type}[${value.dims}]${Array.from(value.data, String).join(' ')}` : ''
    const known = small ? this.#constants.get(key) : undefined
    if (known) return known
    const named = name ?? this.fresh('constant')
    this.#initializers.push(tensorProto(named, value))
    if (small) this.#constants.set(key, named)
    return named
  }

  float(value: number): string {
    return this.constant({ type: 'float32', dims: [], data: Float32Array.of(value) })
  }

  floats(values: ArrayLike<number>, dims: number[] = [values.length]): string {
    return this.constant({ type: 'float32', dims, data: Float32Array.from(values) })
  }

  int64s(values: readonly number[], dims: number[] = [values.length]): string {
    return this.constant({ type: 'int64', dims, data: BigInt64Array.from(values, BigInt) })
  }

  /** One node with one output; gives the output's name (made up, or `output`). */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
    output?: string,
  ): string {
    const [name] = this.nodes(operator, inputs, [output ?? this.fresh(operator.toLowerCase())], attributes)
    return name!
  }

  /** One node with named outputs. An operator of ai.onnx.ml is written `ml.Name`, one of onnxruntime's own `ms.Name`. */
  nodes(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Record<string, Attribute> = {},
  ): readonly string[] {
    const [prefix, ownName] = operator.split('.')
    const domain = domains.get(ownName === undefined ? '' : prefix!)
    if (domain === 'com.microsoft') this.#usesOwnOperators = true
    const attribute: ReturnType<typeof attributeProto>[] = []
    const long: Uint8Array[] = []
    for (const [name, value] of Object.entries(attributes)) {
      const bytes = encodeLongAttribute(name, value)
      if (bytes) long.push(bytes)
      else attribute.push(attributeProto(name, value))
    }
    const name = `${this.#prefix}node_${this.#nodes.length}`
    const opType = ownName ?? operator
    const node = onnx.NodeProto.create({ name, opType, domain, input: [...inputs], output: [...outputs], attribute })
    this.#nodes.push({ node, long })
    return outputs
  }

  /**
   * Takes in another model, with one output; `inputs` are the tensors that stand for its inputs. Gives the name of its output. What stands around it has to mean
   * the same in its operator sets. One a graph.
   */
  takeIn(model: Uint8Array, inputs: ReadonlyMap<string, string>): string {
    if (this.#taken) throw new Error('A graph takes in one model')
    const { nodes, initializers, output, ...taken } = renamedParts(model, `${this.fresh('frozen')}/`, inputs)
    this.#taken = taken
    for (const node of nodes) this.#nodes.push({ node: onnx.NodeProto.create(node), long: [] })
    for (const each of initializers) this.#initializers.push(onnx.TensorProto.create(each))
    return output
  }

  toGraphProto() {
    return onnx.GraphProto.create({
      name: this.#name,
      input: this.#inputs,
      output: this.#outputs,
      node: this.#nodes.map(({ node, long }) =>
        long.length
          ? { ...node, attribute: [...(node.attribute ?? []), ...long.map(bytes => onnx.AttributeProto.decode(bytes))] }
          : node,
      ),
      initializer: this.#initializers,
    })
  }

  /** The bytes of the graph's message, long attributes as they were written. */
  #encode(): Uint8Array {
    const nodes = this.#nodes.map(({ node, long }) => {
      const attributes = long.map(bytes => withLength(attributeField, bytes))
      return withLength(nodeField, joined([onnx.NodeProto.encode(node).finish(), ...attributes]))
    })
    const rest = onnx.GraphProto.create({
      ...{ name: this.#name, input: this.#inputs, output: this.#outputs, initializer: this.#initializers },
    })
    return joined([...nodes, onnx.GraphProto.encode(rest).finish()])
  }

  /** The bytes of the model file. */
  build(): Uint8Array {
    const versions = new Map<string, number>([
      ...([
        ['', 17],
        ['ai.onnx.ml', 3],
      ] as const),
      ...(this.#usesOwnOperators ? ([['com.microsoft', 1]] as const) : []),
      ...(this.#taken?.opsetImport ?? []).map(
        ({ domain, version }) => [domain === 'ai.onnx' ? '' : (domain ?? ''), Number(version)] as const,
      ),
    ])
    const model = onnx.ModelProto.create({
      irVersion: Math.max(8, this.#taken?.irVersion ?? 0),
      producerName: 'lathe',
      producerVersion: latheVersion,
      opsetImport: Array.from(versions, ([domain, version]) => ({ domain, version })),
      functions: this.#taken?.functions ?? [],
    })
    return joined([onnx.ModelProto.encode(model).finish(), withLength(graphField, this.#encode())])
  }
}
