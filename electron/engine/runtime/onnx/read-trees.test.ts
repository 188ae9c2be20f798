import { expect, test } from 'vitest'
import type { Signature } from '../../../../shared/inference/signature.ts'
import { type Attribute, GraphBuilder } from './graph-builder.ts'
import { readTrees } from './read-trees.ts'

const slot = (name: string) => ({ name, type: 'number' as const, offset: 0, scale: 1 })
const signature: Signature = {
  ...{ formatVersion: 1, task: 'regression', target: 'y', columns: [], classes: [] },
  inputs: [
    { name: 'numeric', type: 'float32', vector: false, columns: [slot('age'), slot('since')] },
    { name: 'text', type: 'string', vector: false, columns: [slot('city'), slot('note')] },
  ],
  outputs: { probabilities: null, value: 'y' },
}

/** One tree: a root that compares, its left leaf adding 1, its right leaf 2. */
function treeOf(mode: string, more: Record<string, Attribute> = {}): Record<string, Attribute> {
  return {
    n_targets: { int: 1 },
    nodes_treeids: { ints: [0, 0, 0] },
    nodes_nodeids: { ints: [0, 1, 2] },
    nodes_featureids: { ints: [0, 0, 0] },
    nodes_modes: { strings: [mode, 'LEAF', 'LEAF'] },
    nodes_values: { floats: [2.5, 0, 0] },
    nodes_truenodeids: { ints: [1, 0, 0] },
    nodes_falsenodeids: { ints: [2, 0, 0] },
    nodes_missing_value_tracks_true: { ints: [1, 0, 0] },
    target_treeids: { ints: [0, 0] },
    target_nodeids: { ints: [1, 2] },
    target_ids: { ints: [0, 0] },
    target_weights: { floats: [1, 2] },
    ...more,
  }
}

function modelOf(attributes: Record<string, Attribute>, change?: (graph: GraphBuilder, matrix: string) => string) {
  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', 2])
  graph.input('text', 'string', ['N', 2])
  const gather = (from: string, at: number) => graph.node('Gather', [from, graph.int64s([at])], { axis: { int: 1 } })
  const since = gather('numeric', 1)
  const month = graph.node('Where', [graph.node('IsNaN', [since]), graph.float(0), graph.node('Floor', [since])])
  const city = graph.node('ml.LabelEncoder', [gather('text', 0)], {
    ...{ keys_strings: { strings: ['Graz'] }, values_floats: { floats: [0] }, default_float: { float: 1 } },
  })
  const matrix = graph.node('Concat', ['numeric', month, city], { axis: { int: 1 } })
  graph.node('ml.TreeEnsembleRegressor', [change?.(graph, matrix) ?? matrix], attributes, 'y')
  graph.output('y', 'float32', ['N', 1])
  return graph.build()
}

test('columns of the matrix are traced to those of the data, through what changes them', () => {
  const found = readTrees(modelOf(treeOf('BRANCH_LEQ')), signature)!
  expect(found.sources).toEqual([['age'], ['since'], ['since'], ['city']])
  expect(found.trees[0]!.cover).toBeNull()
  const mixed = modelOf(treeOf('BRANCH_LEQ'), (graph, matrix) =>
    graph.node('MatMul', [matrix, graph.floats([1, 1, 1, 1], [4, 1])]),
  )
  expect(readTrees(mixed, signature)).toBeNull()
})

test.each([
  ['BRANCH_LEQ', { threshold: 2.5, members: null, missing: 1, swapped: false }],
  ['BRANCH_LT', { threshold: 2.4999997615814209, members: null, missing: 1, swapped: false }],
  ['BRANCH_GT', { threshold: 2.5, members: null, missing: 0, swapped: true }],
  ['BRANCH_GTE', { threshold: 2.4999997615814209, members: null, missing: 0, swapped: true }],
  ['BRANCH_EQ', { threshold: 2.5, members: [2.5], missing: 1, swapped: false }],
  ['BRANCH_NEQ', { threshold: 2.5, members: [2.5], missing: 0, swapped: true }],
])('%s becomes a branch that "goes left"', (mode, { threshold, members, missing, swapped }) => {
  const [tree] = readTrees(modelOf(treeOf(mode)), signature)!.trees
  expect(tree!.threshold[0]).toBe(Math.fround(threshold))
  expect(tree!.members[0]).toEqual(members)
  expect(tree!.missingLeft[0]).toBe(missing)
  const [left, right] = [tree!.values[0]![tree!.left[0]!], tree!.values[0]![tree!.right[0]!]]
  expect([left, right]).toEqual(swapped ? [2, 1] : [1, 2])
})

test('counts are taken where children add up to their parent, and not where a converter wrote ones', () => {
  const cover = (hits: number[]) =>
    readTrees(modelOf(treeOf('BRANCH_LEQ', { nodes_hitrates: { floats: hits } })), signature)!.trees[0]!.cover
  expect(cover([10, 4, 6])).toEqual(Float64Array.of(10, 4, 6))
  expect(cover([1, 1, 1])).toBeNull()
})
