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
  // A forest has millions of nodes: they are lists of numbers from the start.
  const nodes = {
    tree: [],
    node: [],
    column: [],
    value: [],
    cover: [],
    left: [],
    right: [],
    missingLeft: [],
  } as NodeLists
  const modes: string[] = []
  const targets = { tree: [] as number[], node: [] as number[], output: [] as number[], weight: [] as number[] }
  trees.forEach((tree, id) => {
    addNodes(tree, id, nodes, modes)
    tree.left.forEach((child, node) => {
      if (child >= 0) return
      for (const [output, weight] of answers(id, node)) {
        targets.tree.push(id)
        targets.node.push(node)
        targets.output.push(output)
        targets.weight.push(weight)
      }
    })
  })
  return graph.node('ml.TreeEnsembleRegressor', [matrix], {
    n_targets: { int: base.length },
    post_transform: { string: 'NONE' },
    aggregate_function: { string: 'SUM' },
    base_values: { floats: base },
    nodes_treeids: { ints: nodes.tree },
    nodes_nodeids: { ints: nodes.node },
    nodes_featureids: { ints: nodes.column },
    nodes_modes: { strings: modes },
    nodes_values: { floats: nodes.value },
    // How many rows reach it; every comparison of one branch on categories has that of the branch.
    nodes_hitrates: { floats: nodes.cover },
    nodes_truenodeids: { ints: nodes.left },
    nodes_falsenodeids: { ints: nodes.right },
    nodes_missing_value_tracks_true: { ints: nodes.missingLeft },
    target_treeids: { ints: targets.tree },
    target_nodeids: { ints: targets.node },
    target_ids: { ints: targets.output },
    target_weights: { floats: targets.weight },
  })
}

type NodeLists = Record<'tree' | 'node' | 'column' | 'value' | 'cover' | 'left' | 'right' | 'missingLeft', number[]>

/**
 * A branch on categories becomes one comparison for each that goes left, all with the same way left; each leads on to the next. Leaves are
 * numbered by their value: onnxruntime 1.30 takes two leaves for one where value and first weight are the same, whatever class it is of.
 */
function addNodes(tree: Tree, id: number, into: NodeLists, modes: string[]): void {
  let next = tree.left.length
  for (let node = 0; node < tree.left.length; node += 1) {
    const isLeaf = tree.left[node]! < 0
    const right = Math.max(0, tree.right[node]!)
    const add = (mode: string, own: number, value: number, otherwise: number, missingLeft: number) => {
      modes.push(mode)
      into.tree.push(id)
      into.node.push(own)
      into.column.push(tree.column[node]!)
      into.value.push(value)
      into.cover.push(tree.cover[node]!)
      into.left.push(Math.max(0, tree.left[node]!))
      into.right.push(otherwise)
      into.missingLeft.push(missingLeft)
    }
    const members = tree.members[node]
    if (members?.length) {
      members.forEach((value, i) => {
        const own = i === 0 ? node : next++
        add('BRANCH_EQ', own, value, i + 1 === members.length ? right : next, 0)
      })
    } else if (isLeaf) add('LEAF', node, node, right, 0)
    else add('BRANCH_LEQ', node, tree.threshold[node]!, right, tree.missingLeft[node]!)
  }
}
