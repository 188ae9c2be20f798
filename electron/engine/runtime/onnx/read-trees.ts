import onnxProto from 'onnx-proto'
import type { Signature } from '../../../../shared/inference/signature.ts'
import { columnSources } from './column-sources.ts'
import { type DecodedGraph, type DecodedNode, integerIn, numbersIn, textIn, textsIn } from './decoded.ts'

const { onnx } = onnxProto

/** A tree of an ensemble as it lies in an ONNX file, in arrays; node 0 is the root, a leaf has `left` −1. */
export interface EnsembleTree {
  column: Int32Array
  /** A row goes left when its value is ≤ this. */
  threshold: Float32Array
  /** Of a branch on categories: those that go left; its threshold then means nothing. */
  members: readonly (readonly number[] | null)[]
  /** Whether a missing value goes left. */
  missingLeft: Uint8Array
  left: Int32Array
  right: Int32Array
  /** Of each output: what a leaf adds to it, [outputs, nodes]. */
  values: readonly Float64Array[]
  /** How many of the rows it learned from came by each node; null where the file does not say. */
  cover: Float64Array | null
}

export interface EnsembleModel {
  trees: EnsembleTree[]
  /** What is added to the sum of the trees, one an output. */
  base: Float64Array
  /** The same model with two more outputs: the trees' input [N, width] and their answer [N, outputs]. */
  bytes: Uint8Array
  matrix: string
  scores: string
  /** Of each column of the matrix, the raw columns that it is made of. */
  sources: readonly string[][]
  /** The first of these operators behind the trees, through which their sum becomes the answer. */
  link: 'Sigmoid' | 'Softmax' | 'Exp' | null
}

/** The one tree ensemble of an ONNX file; null where there is none, several, or one whose columns cannot be told. */
export function readTrees(bytes: Uint8Array, signature: Signature): EnsembleModel | null {
  const model = onnx.ModelProto.decode(bytes)
  const graph = model.graph as DecodedGraph
  const ensembles = (graph.node ?? []).filter(node => node.opType?.startsWith('TreeEnsemble'))
  const [node] = ensembles
  if (!node || ensembles.length > 1 || node.opType !== 'TreeEnsembleRegressor') return null
  if ((textIn(node, 'post_transform') ?? 'NONE') !== 'NONE') return null
  const [matrix, scores] = [node.input![0]!, node.output![0]!]
  const inputs = new Map(signature.inputs.map(input => [input.name, input.columns.map(({ name }) => name)]))
  const sources = columnSources(graph, matrix, inputs)
  if (!sources) return null
  const outputs = integerIn(node, 'n_targets') ?? 1
  const trees = treesOf(node, outputs)
  const aggregate = textIn(node, 'aggregate_function') ?? 'SUM'
  if (aggregate === 'AVERAGE') {
    for (const tree of trees) tree.values = tree.values.map(own => own.map(value => value / trees.length))
  } else if (aggregate !== 'SUM') return null
  const told = new Set(graph.output!.map(({ name }) => name))
  for (const name of [matrix, scores]) {
    if (told.has(name) || inputs.has(name)) continue
    graph.output!.push(onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType: 1 } } }))
  }
  return {
    trees,
    base: Float64Array.from({ length: outputs }, (_, k) => numbersIn(node, 'base_values')?.[k] ?? 0),
    bytes: onnx.ModelProto.encode(model).finish(),
    ...{ matrix, scores, sources },
    link: linkBehind(graph, scores),
  }
}

interface Branch {
  mode: string
  column: number
  value: number
  /** Keys of the nodes to go to. */
  left: string
  right: string
  missingTrue: boolean
  hits: number
}

function treesOf(node: DecodedNode, outputs: number): EnsembleTree[] {
  const [trees, ids] = [numbersIn(node, 'nodes_treeids')!, numbersIn(node, 'nodes_nodeids')!]
  const [columns, values] = [numbersIn(node, 'nodes_featureids')!, numbersIn(node, 'nodes_values')!]
  const [lefts, rights] = [numbersIn(node, 'nodes_truenodeids')!, numbersIn(node, 'nodes_falsenodeids')!]
  const modes = textsIn(node, 'nodes_modes')!
  const [tracks, hits] = [numbersIn(node, 'nodes_missing_value_tracks_true'), numbersIn(node, 'nodes_hitrates')]
  const branches = new Map<string, Branch>()
  const roots = new Map<number, string>()
  trees.forEach((tree, i) => {
    const key = `${tree}.${ids[i]}`
    if (!roots.has(tree)) roots.set(tree, key)
    branches.set(key, {
      ...{ mode: modes[i]!, column: columns[i]!, value: values[i]!, hits: hits?.[i] ?? 0 },
      ...{ left: `${tree}.${lefts[i]}`, right: `${tree}.${rights[i]}`, missingTrue: tracks?.[i] === 1 },
    })
  })
  const leaves = new Map<string, number[]>()
  const weights = numbersIn(node, 'target_weights')!
  const [leafTrees, leafIds] = [numbersIn(node, 'target_treeids')!, numbersIn(node, 'target_nodeids')!]
  numbersIn(node, 'target_ids')!.forEach((output, i) => {
    const key = `${leafTrees[i]}.${leafIds[i]}`
    const own = leaves.get(key) ?? new Array<number>(outputs).fill(0)
    own[output]! += weights[i]!
    leaves.set(key, own)
  })
  return [...roots.values()].map(root => treeFrom(root, branches, leaves, outputs))
}

/** Lays a tree out from its root on; a chain of comparisons with categories that all lead to the same node becomes one branch. */
function treeFrom(
  root: string,
  branches: ReadonlyMap<string, Branch>,
  leaves: ReadonlyMap<string, number[]>,
  outputs: number,
): EnsembleTree {
  const column: number[] = []
  const threshold: number[] = []
  const members: (readonly number[] | null)[] = []
  const missingLeft: number[] = []
  const [left, right]: [number[], number[]] = [[], []]
  const cover: number[] = []
  const values = Array.from({ length: outputs }, () => [] as number[])
  const place = (key: string): number => {
    const at = column.length
    const branch = branches.get(key)!
    const own = branch.mode === 'LEAF' ? leaves.get(key) : undefined
    column.push(branch.column)
    threshold.push(branch.value)
    members.push(null)
    missingLeft.push(0)
    left.push(-1)
    right.push(-1)
    cover.push(branch.hits)
    for (const [k, each] of values.entries()) each.push(own?.[k] ?? 0)
    if (branch.mode === 'LEAF') return at
    const told = settle(branch, branches)
    threshold[at] = told.threshold
    members[at] = told.members
    missingLeft[at] = Number(told.missingLeft)
    left[at] = place(told.left)
    right[at] = place(told.right)
    return at
  }
  place(root)
  // Converters write ones where they know nothing.
  const isTold =
    cover[0]! > 0 &&
    cover.every((own, i) => left[i]! < 0 || Math.abs(cover[left[i]!]! + cover[right[i]!]! - own) <= 1e-3 * own)
  return {
    ...{ column: Int32Array.from(column), threshold: Float32Array.from(threshold), members },
    ...{ missingLeft: Uint8Array.from(missingLeft), left: Int32Array.from(left), right: Int32Array.from(right) },
    values: values.map(each => Float64Array.from(each)),
    cover: column.length === 1 ? Float64Array.of(1) : isTold ? Float64Array.from(cover) : null,
  }
}

interface Settled {
  threshold: number
  members: number[] | null
  missingLeft: boolean
  left: string
  right: string
}

/** Every way of comparing as "≤ goes left" or "one of these goes left". Values are float32, so that < is ≤ the float below. */
function settle(branch: Branch, branches: ReadonlyMap<string, Branch>): Settled {
  const { mode, value, left, right, missingTrue } = branch
  const straight = { threshold: value, members: null, missingLeft: missingTrue, left, right }
  const swapped = { threshold: value, members: null, missingLeft: !missingTrue, left: right, right: left }
  if (mode === 'BRANCH_LEQ') return straight
  if (mode === 'BRANCH_LT') return { ...straight, threshold: floatBelow(value) }
  if (mode === 'BRANCH_GT') return swapped
  if (mode === 'BRANCH_GTE') return { ...swapped, threshold: floatBelow(value) }
  if (mode === 'BRANCH_NEQ') return { ...swapped, members: [value] }
  const members = [value]
  let next = branches.get(right)
  let last = right
  while (next?.mode === 'BRANCH_EQ' && next.column === branch.column && next.left === left && !next.missingTrue) {
    members.push(next.value)
    last = next.right
    next = branches.get(last)
  }
  return { ...straight, members, right: last }
}

function floatBelow(value: number): number {
  const floats = Float32Array.of(value)
  const bits = new Int32Array(floats.buffer)
  if (floats[0] === 0) return -(2 ** -149)
  bits[0]! += floats[0]! > 0 ? -1 : 1
  return floats[0]!
}

function linkBehind(graph: DecodedGraph, scores: string): EnsembleModel['link'] {
  const reached = new Set([scores])
  for (const node of graph.node ?? []) {
    if (!node.input?.some(name => reached.has(name))) continue
    if (node.opType === 'Sigmoid' || node.opType === 'Softmax' || node.opType === 'Exp') return node.opType
    for (const name of node.output ?? []) reached.add(name)
  }
  return null
}
