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
  const nodes = trees.flatMap((tree, id) => Array.from(tree.left, (_, node) => ({ tree, id, node })))
  const leaves = nodes.filter(({ tree, node }) => tree.left[node]! < 0)
  const ints = (of: (each: (typeof nodes)[number]) => number, from = nodes) => ({ ints: from.map(of) })
  return graph.node('ml.TreeEnsembleRegressor', [matrix], {
    n_targets: { int: outputs },
    post_transform: { string: 'NONE' },
    aggregate_function: { string: 'SUM' },
    base_values: { floats: start },
    nodes_treeids: ints(({ id }) => id),
    nodes_nodeids: ints(({ node }) => node),
    nodes_featureids: ints(({ tree, node }) => tree.column[node]!),
    nodes_modes: { strings: nodes.map(({ tree, node }) => (tree.left[node]! < 0 ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_values: { floats: nodes.map(({ tree, node }) => tree.threshold[node]!) },
    nodes_truenodeids: ints(({ tree, node }) => Math.max(0, tree.left[node]!)),
    nodes_falsenodeids: ints(({ tree, node }) => Math.max(0, tree.right[node]!)),
    nodes_missing_value_tracks_true: ints(({ tree, node }) => tree.missingLeft[node]!),
    target_treeids: ints(({ id }) => id, leaves),
    target_nodeids: ints(({ node }) => node, leaves),
    target_ids: ints(({ id }) => id % outputs, leaves),
    target_weights: { floats: leaves.map(({ tree, node }) => tree.value[node]!) },
  })
}
