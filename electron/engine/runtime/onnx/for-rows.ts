import onnxProto from 'onnx-proto'
import type { DecodedGraph, DecodedModel, DecodedNode } from './decoded.ts'

const { onnx } = onnxProto
type Value = NonNullable<DecodedGraph['input']>[number]
type Dimension = { dimValue?: unknown; dimParam?: string | null }

/** Of `TensorProto`: float32, and what a float32 can stand for where no column is of it: uint8, int8, uint16, int16, float16. */
const float32 = 1
const narrow = new Set([2, 3, 4, 5, 10])
const int64 = 7
const int64Labels = 'classlabels_int64s'

/**
 * An ONNX file from elsewhere as one that takes rows of columns and answers with tensors; the very same bytes where it is that already.
 * - An input [N, d₁, d₂, …], such as an image or a sequence, becomes [N, d₁ · d₂ · …]; one of a narrow type becomes float32.
 * - A number of rows that is fixed, as PyTorch's exporter fixes it, becomes any number: a model that cannot have that fails when it is tried.
 * - A ZipMap behind probabilities, which scikit-learn's and LightGBM's converters put there, is taken away; its labels go into the metadata `classes`.
 */
export function forRows(bytes: Uint8Array): Uint8Array {
  const model = onnx.ModelProto.decode(bytes)
  const graph = model.graph
  if (!graph) return bytes
  const isChanged = [withoutZipMaps(model, graph), withFlatInputs(graph), withAnyRows(graph)].some(Boolean)
  if (!isChanged) return bytes
  // What the file says of inner tensors held for the shapes of before.
  graph.valueInfo = []
  return onnx.ModelProto.encode(model).finish()
}

/** The same model with a softmax behind an output: for scores of classes that are no probabilities. */
export function withSoftmax(bytes: Uint8Array, output: string): Uint8Array {
  const model = onnx.ModelProto.decode(bytes)
  const graph = model.graph as DecodedGraph
  const before = freshName(graph, `${output} before softmax`)
  renameIn(graph, output, before)
  const attribute = [{ name: 'axis', type: onnx.AttributeProto.AttributeType.INT, i: 1 }]
  graph.node = [...(graph.node ?? []), { opType: 'Softmax', input: [before], output: [output], attribute }]
  return onnx.ModelProto.encode(model).finish()
}

/** The same model with 1 − p and p in the place of an output p, a value a row: `probabilities` [N, 2] in the place of a sigmoid. */
export function withBothClasses(bytes: Uint8Array, output: string, probabilities: string): Uint8Array {
  const model = onnx.ModelProto.decode(bytes)
  const graph = model.graph as DecodedGraph
  const { INT, TENSOR } = onnx.AttributeProto.AttributeType
  const made = (name: string) => freshName(graph, `${probabilities} ${name}`)
  const [second, shape, one, first] = [made('second'), made('shape'), made('one'), made('first')]
  const column = [{ name: 'value', type: TENSOR, t: { dims: [2], dataType: int64, int64Data: [-1, 1] } }]
  graph.node = [
    ...(graph.node ?? []),
    { opType: 'Constant', input: [], output: [shape], attribute: column } as never,
    { opType: 'Reshape', input: [output, shape], output: [`${second} of any type`] },
    {
      ...{ opType: 'Cast', input: [`${second} of any type`], output: [second] },
      attribute: [{ name: 'to', type: INT, i: float32 }],
    },
    {
      ...{ opType: 'Constant', input: [], output: [one] },
      attribute: [{ name: 'value', type: TENSOR, t: { dims: [], dataType: float32, floatData: [1] } }],
    } as never,
    { opType: 'Sub', input: [one, second], output: [first] },
    {
      ...{ opType: 'Concat', input: [first, second], output: [probabilities] },
      attribute: [{ name: 'axis', type: INT, i: 1 }],
    },
  ]
  const type = { tensorType: { elemType: float32, shape: { dim: [{ dimParam: 'N' }, { dimValue: 2 }] } } }
  graph.output = [...(graph.output ?? []).filter(({ name }) => name !== output), { name: probabilities, type }]
  return onnx.ModelProto.encode(model).finish()
}

function withoutZipMaps(model: DecodedModel, graph: DecodedGraph): boolean {
  const maps = (graph.node ?? []).filter(({ opType, output }) => {
    const [made] = output ?? []
    return opType === 'ZipMap' && graph.output?.some(({ name }) => name === made)
  })
  for (const map of maps) {
    const labels = labelsOf(map)
    const value = graph.output!.find(({ name }) => name === map.output?.[0])!
    const elemType = float32
    value.name = map.input![0]!
    value.type = { tensorType: { elemType, shape: { dim: [{ dimParam: 'N' }, { dimValue: labels.length }] } } }
    graph.node = graph.node!.filter(node => node !== map)
    if (!model.metadataProps.some(({ key }) => key === 'classes'))
      model.metadataProps.push({ key: 'classes', value: JSON.stringify(labels) } as never)
  }
  return maps.length > 0
}

function labelsOf({ attribute }: DecodedNode): string[] {
  const decoder = new TextDecoder()
  return (attribute ?? []).flatMap(({ name, strings, ints }) =>
    name === int64Labels ? (ints ?? []).map(String) : (strings ?? []).map(text => decoder.decode(text)),
  )
}

function withFlatInputs(graph: DecodedGraph): boolean {
  const added: DecodedNode[] = []
  for (const value of inputsOf(graph)) {
    const tensor = value.type!.tensorType!
    const lengths = dimensionsOf(value).slice(1).map(lengthOf)
    const isFlat = lengths.length < 2
    const isNarrow = narrow.has(tensor.elemType ?? 0) && lengths.length > 0
    if ((isFlat && !isNarrow) || lengths.includes(null)) continue
    const name = value.name!
    const inner = freshName(graph, `${name} as it was`)
    renameIn(graph, name, inner, added)
    value.name = name
    const shaped = isNarrow ? freshName(graph, `${name} shaped`) : inner
    if (isFlat) added.push({ opType: 'Identity', input: [name], output: [shaped] })
    else {
      const shape = freshName(graph, `${name} shape`)
      const t = { dims: [lengths.length + 1], dataType: int64, int64Data: [-1, ...(lengths as number[])] }
      const attribute = [{ name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t }]
      added.push({ opType: 'Constant', input: [], output: [shape], attribute } as never)
      added.push({ opType: 'Reshape', input: [name, shape], output: [shaped] })
    }
    if (isNarrow) {
      const attribute = [{ name: 'to', type: onnx.AttributeProto.AttributeType.INT, i: tensor.elemType! }]
      added.push({ opType: 'Cast', input: [shaped], output: [inner], attribute })
      tensor.elemType = float32
    }
    const width = (lengths as number[]).reduce((product, length) => product * length, 1)
    tensor.shape = { dim: [dimensionsOf(value)[0] as never, { dimValue: width }] }
  }
  graph.node = [...added, ...(graph.node ?? [])]
  return added.length > 0
}

function withAnyRows(graph: DecodedGraph): boolean {
  const fixed = inputsOf(graph).filter(value => dimensionsOf(value).length > 1 && lengthOf(dimensionsOf(value)[0]!))
  if (!fixed.length) return false
  for (const value of [...fixed, ...(graph.output ?? [])]) {
    const dim = value.type?.tensorType?.shape?.dim
    if (dim?.length && lengthOf(dim[0]!) !== null) dim[0] = { dimParam: 'N' }
  }
  return true
}

/** Tensors that are handed over; older files list weights as well. */
function inputsOf(graph: DecodedGraph): Value[] {
  const weights = new Set((graph.initializer ?? []).map(({ name }) => name))
  return (graph.input ?? []).filter(({ name, type }) => !weights.has(name) && type?.tensorType)
}

const dimensionsOf = (value: Value): Dimension[] => value.type?.tensorType?.shape?.dim ?? []

/** Null where it is known at run time only. */
function lengthOf({ dimValue, dimParam }: Dimension): number | null {
  const length = Number(dimValue ?? 0)
  return dimParam || length <= 0 ? null : length
}

/** Calls a tensor otherwise wherever a node of the graph makes or takes it, inner graphs included. */
function renameIn(graph: DecodedGraph, from: string, to: string, more: readonly DecodedNode[] = []): void {
  const change = (names: string[] | null | undefined) => names?.map(name => (name === from ? to : name))
  for (const node of [...(graph.node ?? []), ...more]) {
    node.input = change(node.input)
    node.output = change(node.output)
    for (const { g, graphs } of node.attribute ?? [])
      for (const inner of [...(g ? [g] : []), ...(graphs ?? [])]) renameIn(inner as DecodedGraph, from, to)
  }
}

function freshName(graph: DecodedGraph, wanted: string): string {
  const taken = new Set((graph.node ?? []).flatMap(({ output }) => output ?? []))
  let name = wanted
  while (taken.has(name)) name += '′'
  return name
}
