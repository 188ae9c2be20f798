import type { GraphBuilder } from '../../runtime/index.ts'
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
  const nodes = trees.flatMap(nodesOf)
  const leaves = nodes.filter(({ mode }) => mode === 'LEAF')
  const ints = (of: (node: GraphNode) => number, from = nodes) => ({ ints: from.map(of) })
  return graph.node('ml.TreeEnsembleRegressor', [matrix], {
    n_targets: { int: outputs },
    post_transform: { string: 'NONE' },
    aggregate_function: { string: 'SUM' },
    base_values: { floats: start },
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
    target_treeids: ints(({ tree }) => tree, leaves),
    target_nodeids: ints(({ node }) => node, leaves),
    target_ids: ints(({ tree }) => tree % outputs, leaves),
    target_weights: { floats: leaves.map(({ weight }) => weight) },
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
  weight: number
  cover: number
}

/** A branch on categories becomes one comparison for each that goes left, all with the same way left; each leads on to the next. */
function nodesOf(tree: Tree, id: number): GraphNode[] {
  const found: GraphNode[] = []
  let next = tree.left.length
  for (let node = 0; node < tree.left.length; node += 1) {
    const [left, right] = [Math.max(0, tree.left[node]!), Math.max(0, tree.right[node]!)]
    const common = { tree: id, column: tree.column[node]!, left, weight: tree.value[node]!, cover: tree.cover[node]! }
    const members = tree.members[node] ?? []
    members.forEach((value, i) => {
      const isLast = i + 1 === members.length
      const own = i === 0 ? node : next++
      found.push({ ...common, node: own, mode: 'BRANCH_EQ', value, right: isLast ? right : next, missingLeft: 0 })
    })
    if (members.length > 0) continue
    const mode = tree.left[node]! < 0 ? 'LEAF' : 'BRANCH_LEQ'
    found.push({ ...common, node, mode, value: tree.threshold[node]!, right, missingLeft: tree.missingLeft[node]! })
  }
  return found
}
