import type { GraphBuilder } from '../../runtime/index.ts'
import type { ForestTree } from './forest.ts'
import type { Tree } from './tree.ts'

/** Trees, `outputs` of them a round, as one node that adds them up: matrix [N, width] → scores [N, outputs]. */
export function addTrees(graph: GraphBuilder, matrix: string, trees: readonly Tree[], start: Float32Array): string {
  const outputs = start.length
  if (!trees.length) {
    // A tree ensemble needs a tree; the matrix times zeros gives the rows.
    const rows = graph.node('Shape', [matrix], { start: { int: 0 }, end: { int: 1 } })
    const shape = graph.node('Concat', [rows, graph.int64s([outputs])], { axis: { int: 0 } })
    return graph.node('Expand', [graph.floats(start, [1, outputs]), shape])
  }
  return addEnsemble(graph, matrix, trees, start, (tree, node) => [[tree % outputs, trees[tree]!.value[node]!]])
}

/** The mean of trees about `middle`, as one node: matrix [N, width] → values or shares [N, outputs]. */
export function addForest(
  graph: GraphBuilder,
  matrix: string,
  trees: readonly ForestTree[],
  middle: number,
  outputs: number,
): string {
  const base = new Float32Array(outputs).fill(middle)
  return addEnsemble(graph, matrix, trees, base, (tree, node) => {
    const { value, place, shares } = trees[tree]!
    if (outputs === 1) return [[0, value[node]! / trees.length]]
    const own = shares.subarray(place[node]! * outputs, (place[node]! + 1) * outputs)
    const all = Array.from(own, (share, k) => [k, share / trees.length] as const)
    return all.filter(([, share]) => share > 0)
  })
}

/** `answers` gives what a leaf adds to which outputs. */
function addEnsemble(
  graph: GraphBuilder,
  matrix: string,
  trees: readonly Tree[],
  base: Float32Array,
  answers: (tree: number, node: number) => readonly (readonly [number, number])[],
): string {
  const nodes = trees.flatMap(nodesOf)
  const targets = nodes
    .filter(({ mode }) => mode === 'LEAF')
    .flatMap(({ tree, node }) => answers(tree, node).map(([output, weight]) => ({ tree, node, output, weight })))
  const ints = (of: (node: GraphNode) => number) => ({ ints: nodes.map(of) })
  return graph.node('ml.TreeEnsembleRegressor', [matrix], {
    n_targets: { int: base.length },
    post_transform: { string: 'NONE' },
    aggregate_function: { string: 'SUM' },
    base_values: { floats: base },
    nodes_treeids: ints(({ tree }) => tree),
    nodes_nodeids: ints(({ node }) => node),
    nodes_featureids: ints(({ column }) => column),
    nodes_modes: { strings: nodes.map(({ mode }) => mode) },
    nodes_values: { floats: nodes.map(({ value }) => value) },
    // How many rows reach it; every comparison of one branch on categories has that of the branch.
    nodes_hitrates: { floats: nodes.map(({ cover }) => cover) },
    nodes_truenodeids: ints(({ left }) => left),
    nodes_falsenodeids: ints(({ right }) => right),
    nodes_missing_value_tracks_true: ints(({ missingLeft }) => missingLeft),
    target_treeids: { ints: targets.map(({ tree }) => tree) },
    target_nodeids: { ints: targets.map(({ node }) => node) },
    target_ids: { ints: targets.map(({ output }) => output) },
    target_weights: { floats: targets.map(({ weight }) => weight) },
  })
}

interface GraphNode {
  tree: number
  node: number
  mode: 'LEAF' | 'BRANCH_LEQ' | 'BRANCH_EQ'
  column: number
  value: number
  left: number
  right: number
  missingLeft: number
  cover: number
}

/**
 * A branch on categories becomes one comparison for each that goes left, all with the same way left; each leads on to the next. Leaves are
 * numbered by their value: onnxruntime 1.30 takes two leaves for one where value and first weight are the same, whatever class it is of.
 */
function nodesOf(tree: Tree, id: number): GraphNode[] {
  const found: GraphNode[] = []
  let next = tree.left.length
  for (let node = 0; node < tree.left.length; node += 1) {
    const [left, right] = [Math.max(0, tree.left[node]!), Math.max(0, tree.right[node]!)]
    const common = { tree: id, column: tree.column[node]!, left, cover: tree.cover[node]! }
    const members = tree.members[node] ?? []
    members.forEach((value, i) => {
      const isLast = i + 1 === members.length
      const own = i === 0 ? node : next++
      found.push({ ...common, node: own, mode: 'BRANCH_EQ', value, right: isLast ? right : next, missingLeft: 0 })
    })
    if (members.length > 0) continue
    const isLeaf = tree.left[node]! < 0
    const [mode, value] = isLeaf ? (['LEAF', node] as const) : (['BRANCH_LEQ', tree.threshold[node]!] as const)
    found.push({ ...common, node, mode, value, right, missingLeft: tree.missingLeft[node]! })
  }
  return found
}
