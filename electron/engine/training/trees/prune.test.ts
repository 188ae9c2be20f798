import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { TargetTask } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { TrainingData } from '../algorithm.ts'
import { decisionTree } from '../algorithms/decision-tree.ts'
import { quietContext } from '../fixtures.ts'
import type { ForestTree } from './forest.ts'
import { pruneTree } from './prune.ts'

/**
 * What scikit-learn's trees (version in the file) answer to every 45th row, pruned by these complexities; 0: by the one of its
 * `cost_complexity_pruning_path` with the least squared error on the validation rows.
 */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'prune.golden.json'), 'utf8')) as Record<
  TargetTask,
  { complexity: number; leaves: number; answers: (number | number[])[] }[]
>
const rows = 900
const classes = { regression: [], binary: ['low', 'high'], multiclass: ['low', 'middle', 'high'] }

/** By formula, so that both sides have the same; no two splits are equally good. */
function made(task: TargetTask): TrainingData {
  const columns = [0, 1, 2, 3].map(j => Float64Array.from({ length: rows }, (_, i) => (i * (37 * j + 11)) % 61))
  const [a, b, c] = columns as [Float64Array, Float64Array, Float64Array]
  const score = a.map((value, i) => {
    const bend = b[i]! > 30 ? (c[i]! > 20 ? 1.5 : -1.5) : 0
    return value / 20 + bend + (4 * ((i * i * 31 + i * 17) % 1009)) / 1009
  })
  const sorted = score.slice().sort()
  const median = (sorted[rows / 2 - 1]! + sorted[rows / 2]!) / 2
  const learned = {
    regression: score,
    binary: score.map(value => Number(value > median)),
    multiclass: score.map(value => Number(value >= 2) + Number(value >= 4)),
  }
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  return {
    table: {
      rows,
      columns: columns.map((values, j) => ({ name: `x${j}`, type: 'number', kind: 'numeric', values })),
    },
    ...{ features: columns.map((_, j) => `x${j}`), task, classes: classes[task], target: learned[task] },
    ...{ train: all.subarray(0, 600), validation: all.subarray(600) },
  }
}

const parameters = { 'min-rows': 5, 'max-depth': 8, bins: 255, pruning: 'validation' }

describe.each(['regression', 'binary', 'multiclass'] as const)('%s', task => {
  const data = made(task)
  const asked = Int32Array.from({ length: rows / 45 }, (_, i) => 45 * i)

  test.each(golden[task])('pruned as scikit-learn does to $leaves leaves, complexity $complexity', async each => {
    const fitted = await decisionTree.fit(data, { ...parameters, complexity: each.complexity }, quietContext)
    const own = await fitted.predict(asked)
    each.answers.flat().forEach((answer, i) => {
      expect(own[i]!).toBeCloseTo(answer, 4)
    })
  })

  test('what the validation rows chose learns the same tree without them', async () => {
    const fitted = await decisionTree.fit(data, { ...parameters, complexity: 0 }, quietContext)
    const blind = { ...data, validation: new Int32Array(0) }
    const again = await decisionTree.fit(blind, { ...parameters, ...fitted.settled }, quietContext)
    expect(await again.predict(asked)).toEqual(await fitted.predict(asked))
    const whole = await decisionTree.fit(data, { ...parameters, pruning: 'none' }, quietContext)
    // Nothing to choose by, nothing chosen.
    const unpruned = await decisionTree.fit(blind, { ...parameters, complexity: 0 }, quietContext)
    expect(await unpruned.predict(asked)).toEqual(await whole.predict(asked))
    expect(await whole.predict(asked)).not.toEqual(await fitted.predict(asked))
  })
})

test('nothing but noise leaves no branch', async () => {
  const random = new Pcg32(3, 1)
  const data = { ...made('regression'), target: Float64Array.from({ length: rows }, () => random.nextGaussian()) }
  const fitted = await decisionTree.fit(data, { ...parameters, complexity: 0 }, quietContext)
  expect(new Set(await fitted.predict(data.train)).size).toBe(1)
  expect(fitted.settled!.complexity).toBeGreaterThan(0)
})

/** A full tree of this depth, whose leaves hold these values for as many rows. */
function fullTree(depth: number, random: Pcg32): ForestTree {
  const nodes = 2 ** (depth + 1) - 1
  const branches = 2 ** depth - 1
  const cover = new Int32Array(nodes)
  for (let node = nodes - 1; node >= 0; node -= 1) {
    cover[node] = node < branches ? cover[2 * node + 1]! + cover[2 * node + 2]! : 1 + Math.floor(9 * random.nextFloat())
  }
  return {
    ...{ column: new Int32Array(nodes), threshold: new Float32Array(nodes), bin: new Uint8Array(nodes) },
    ...{ missingLeft: new Uint8Array(nodes), members: [], cover, shares: new Float32Array(0) },
    left: Int32Array.from({ length: nodes }, (_, node) => (node < branches ? 2 * node + 1 : -1)),
    right: Int32Array.from({ length: nodes }, (_, node) => (node < branches ? 2 * node + 2 : -1)),
    value: Float32Array.from({ length: nodes }, (_, node) => (node < branches ? 0 : random.nextGaussian())),
    place: Int32Array.from({ length: nodes }, (_, node) => Math.max(0, node - branches)),
  }
}

/** Every subtree with the same root, as the values and rows of its leaves. */
function subtrees(tree: ForestTree, node = 0): { value: number; rows: number }[][] {
  const leavesBelow = (at: number): { value: number; rows: number }[] =>
    tree.left[at]! < 0
      ? [{ value: tree.value[at]!, rows: tree.cover[at]! }]
      : [...leavesBelow(tree.left[at]!), ...leavesBelow(tree.right[at]!)]
  const own = leavesBelow(node)
  const all = own.reduce((sum, leaf) => sum + leaf.rows, 0)
  const alone = [{ value: own.reduce((sum, leaf) => sum + leaf.value * leaf.rows, 0) / all, rows: all }]
  if (tree.left[node]! < 0) return [alone]
  const lefts = subtrees(tree, tree.left[node]!)
  const rights = subtrees(tree, tree.right[node]!)
  return [alone, ...lefts.flatMap(a => rights.map(b => [...a, ...b]))]
}

test('of all subtrees it is the one that costs least, for any price of a leaf', () => {
  const random = new Pcg32(7, 1)
  for (let draw = 0; draw < 20; draw += 1) {
    const tree = fullTree(3, random)
    const explained = (leaves: readonly { value: number; rows: number }[]) =>
      leaves.reduce((sum, { value, rows }) => sum + rows * value ** 2, 0)
    const every = subtrees(tree)
    expect(every).toHaveLength(26)
    const squares = 1 + explained(every.at(-1)!)
    const data = { outputs: 1, squares, rows: new Float64Array(15), sums: new Float64Array(15) }
    for (const complexity of [0.001, 0.01, 0.03, 0.1, 0.3]) {
      const price = complexity * (squares - explained(every[0]!))
      const best = every.toSorted((a, b) => explained(b) - price * b.length - (explained(a) - price * a.length))[0]!
      const own = pruneTree(tree, data, complexity).tree
      const leaves = Array.from(own.left.keys()).filter(node => own.left[node]! < 0)
      expect(leaves).toHaveLength(best.length)
      expect(explained(leaves.map(node => ({ value: own.value[node]!, rows: own.cover[node]! })))).toBeCloseTo(
        explained(best),
        3,
      )
    }
  }
})
