import { stat } from 'node:fs/promises'
import onnxProto from 'onnx-proto'
import { AppError } from '../../../../shared/errors.ts'
import { formatBytes } from '../../../../shared/lib/format.ts'

const { onnx } = onnxProto
type Graph = NonNullable<ReturnType<typeof onnx.ModelProto.decode>['graph']>
type Node = NonNullable<Graph['node']>[number]
type Value = NonNullable<Graph['input']>[number]

const elementNames = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
] as const

/** Domains whose operators come with onnxruntime. The default domain has two spellings. */
const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc'])

/** An input or output of a model. */
export interface ModelValue {
  name: string
  /** `sequence` and `map` are what older converters of classifiers give as probabilities; they are no tensors. */
  kind: 'tensor' | 'sequence' | 'map' | 'optional'
  /** Element type as onnxruntime names it; null where it is no tensor of a common type. */
  type: string | null
  /** A length, a name for a length known at run time only, or null where the file says nothing. */
  shape: (number | string | null)[]
}

/** What an ONNX file says of itself. */
export interface ModelSummary {
  irVersion: number
  producer: string
  /** Version of the default operator set. */
  opset: number
  domains: { domain: string; version: number }[]
  /** Without initializers, which older files also list as inputs. */
  inputs: ModelValue[]
  outputs: ModelValue[]
  /** How often each operator occurs, subgraphs and local functions included; `domain.Name` outside the default domain. */
  operators: Record<string, number>
  /** Number of values in all weights. */
  weights: number
  /** What its maker wrote beside the graph. */
  metadata: Record<string, string>
  /** Class labels of the first classifier operator or ZipMap, else those in the metadata, as text; empty where there is none. */
  classLabels: string[]
  /** Names of the columns of its input that its maker wrote into the metadata. */
  columns: string[] | null
}

/** What one message of protobuf may hold, and so a model in one file. */
const mostBytes = 2 ** 31

/** Throws `bad-file` for a file that is larger than a model in one piece can be, before it is read; `not-found` for none. */
export async function refuseTooLarge(path: string, name: string): Promise<void> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new AppError('not-found', `The file ${path} cannot be read`, { mend: 'Check the path.', cause })
  })
  if (size < mostBytes) return
  throw new AppError(
    'bad-file',
    `Cannot read ${name}: it has ${formatBytes(size)}, and an ONNX file in one piece holds less than 2 GB`,
    {
      mend: 'Make the model smaller: 16-bit or quantised weights, fewer trees. Weights in files beside it are not read.',
    },
  )
}

/**
 * Reads the header of an ONNX file, no weights. Throws `bad-file` for bytes that are no ONNX model and for weights that
 * lie in other files, `unsupported` for operators that onnxruntime does not have; `name` is how messages call the file.
 */
export function readModel(bytes: Uint8Array, name = 'the file'): ModelSummary {
  const model = decode(bytes, name)
  const graph = model.graph as Graph
  const nodes = [...nodesOf(graph), ...model.functions.flatMap(local => (local.node ?? []).flatMap(withSubgraphs))]
  const external = externalTensors(graph, nodes)
  if (external.length > 0) {
    throw new AppError('bad-file', `Cannot read ${name}: its weights lie in another file (${external[0]})`, {
      mend: 'Save it as one file: onnx.save_model(model, path, save_as_external_data=False).',
    })
  }
  const localFunctions = new Set(model.functions.map(local => `${local.domain ?? ''}.${local.name ?? ''}`))
  const custom = nodes.find(
    node => !knownDomains.has(node.domain ?? '') && !localFunctions.has(`${node.domain}.${node.opType}`),
  )
  if (custom) {
    throw new AppError(
      'unsupported',
      `Cannot read ${name}: it uses the custom operator ${custom.domain}.${custom.opType}, which onnxruntime does not have`,
      { mend: 'Export it again with standard ONNX operators only.' },
    )
  }
  const domains = model.opsetImport.map(({ domain, version }) => ({ domain: domain || '', version: Number(version) }))
  const initializers = new Set((graph.initializer ?? []).map(tensor => tensor.name))
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key ?? '', value ?? '']))
  const labels = readClassLabels(nodes)
  return {
    irVersion: Number(model.irVersion),
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    opset: domains.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0,
    domains,
    inputs: (graph.input ?? []).filter(({ name: input }) => !initializers.has(input)).map(readValue),
    outputs: (graph.output ?? []).map(readValue),
    operators: countOperators(nodes),
    weights: (graph.initializer ?? []).reduce((sum, { dims }) => sum + product((dims ?? []).map(Number)), 0),
    metadata,
    classLabels: labels.length ? labels : (listIn(metadata.classes) ?? []),
    columns: listIn(metadata.columns),
  }
}

function decode(bytes: Uint8Array, name: string) {
  const refusal = (reason: string) =>
    new AppError('bad-file', `Cannot read ${name}: ${reason}`, { mend: 'Give a file written by an ONNX exporter.' })
  if (bytes.length === 0) throw refusal('it is empty')
  let model: ReturnType<typeof onnx.ModelProto.decode>
  try {
    model = onnx.ModelProto.decode(bytes)
  } catch {
    throw refusal('it is not an ONNX model')
  }
  if (!model.graph || model.opsetImport.length === 0 || Number(model.irVersion) < 3) {
    throw refusal('it is not an ONNX model')
  }
  if (!model.graph.output?.length) throw refusal('its graph has no output')
  return model
}

function nodesOf(graph: Graph): Node[] {
  return (graph.node ?? []).flatMap(withSubgraphs)
}

function withSubgraphs(node: Node): Node[] {
  const inner = (node.attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])])
  return [node, ...inner.flatMap(graph => nodesOf(graph as Graph))]
}

/** Names of the files that hold weights outside the model's own, of subgraphs and functions too. */
function externalTensors(graph: Graph, nodes: Node[]): string[] {
  const attributes = nodes.flatMap(node => node.attribute ?? [])
  const inner = attributes.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])])
  const tensors = [
    ...[graph, ...inner].flatMap(each => [
      ...(each.initializer ?? []),
      ...(each.sparseInitializer ?? []).flatMap(({ values, indices }) => [values, indices]),
    ]),
    ...attributes.flatMap(({ t, tensors: several }) => [t, ...(several ?? [])]),
  ]
  return tensors
    .filter(tensor => tensor?.dataLocation === 1 || (tensor?.externalData?.length ?? 0) > 0)
    .map(tensor => tensor!.externalData?.find(({ key }) => key === 'location')?.value ?? 'not named')
}

function readValue({ name, type }: Value): ModelValue {
  const tensor = type?.tensorType
  const kind = tensor ? 'tensor' : type?.sequenceType ? 'sequence' : type?.mapType ? 'map' : 'optional'
  const element = tensor ? (elementNames[tensor.elemType ?? 0] ?? null) : null
  const shape = (tensor?.shape?.dim ?? []).map(({ dimValue, dimParam }) =>
    dimParam
      ? dimParam
      : dimValue === undefined || dimValue === null || Number(dimValue) <= 0
        ? null
        : Number(dimValue),
  )
  return { name: name ?? '', kind, type: element === 'undefined' ? null : element, shape }
}

function countOperators(nodes: Node[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { domain, opType } of nodes) {
    const key = domain && domain !== 'ai.onnx' ? `${domain}.${opType}` : String(opType)
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** A JSON list of texts; null for anything else. */
function listIn(text: string | undefined): string[] | null {
  try {
    const list: unknown = JSON.parse(text ?? '')
    return Array.isArray(list) && list.every(each => typeof each === 'string') ? list : null
  } catch {
    return null
  }
}

const labelAttributes = ['classlabels_strings', 'classlabels_ints', 'classlabels_int64s']

function readClassLabels(nodes: Node[]): string[] {
  const decoder = new TextDecoder()
  for (const attribute of nodes.flatMap(node => node.attribute ?? [])) {
    if (!labelAttributes.includes(attribute.name ?? '')) continue
    if (attribute.strings?.length) return attribute.strings.map(text => decoder.decode(text))
    if (attribute.ints?.length) return attribute.ints.map(String)
  }
  return []
}

const product = (lengths: number[]): number => lengths.reduce((total, length) => total * length, 1)
