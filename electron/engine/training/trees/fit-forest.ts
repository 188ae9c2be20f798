import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Parameters } from '../../../../shared/model/run.ts'
import type { FittedModel, TrainContext, TrainingData } from '../algorithm.ts'
import { fitTreeEncoder, type TreeEncoder } from '../features/index.ts'
import { type ForestSettings, type ForestTree, growForest } from './forest.ts'
import { addOutOfBag, noSums, type OutOfBagSums, outOfBagMeans } from './out-of-bag.ts'
import { type PruningData, pruneTree } from './prune.ts'
import { addForest } from './to-graph.ts'
import { leafOf } from './tree.ts'

/** Rows times trees, for each of the fewest rows of a leaf: more leaves than that gives do not go into one file in the memory there is. */
const mostRowsPerLeafRow = 10_000_000

/** Trees grown apart from each other, whose answers are averaged; the one fit of decision tree, random forest and extra trees. */
export async function fitForest(
  data: TrainingData,
  settings: Omit<ForestSettings, 'threads' | 'seed' | 'drawnColumns'> & {
    drawnColumns(width: number): number
    /** Of a tree alone: it is pruned by this price of a leaf, or where that is 0 by the validation rows. Left out: it is not. */
    complexity?: number
  },
  context: TrainContext,
): Promise<FittedModel> {
  context.progress(null, 'encoding columns')
  const encoder = fitTreeEncoder(data, settings.bins - 1)
  const { task, classes, target, train } = data
  const width = Math.max(1, classes.length)
  // Values are learned as they lie about their mean, where float32 is finest.
  const middle = task === 'regression' ? train.reduce((sum, row) => sum + target[row]! / train.length, 0) : 0
  const outputs = task === 'multiclass' ? classes.length : 1
  const minRows = Math.max(settings.minRows, Math.ceil((train.length * settings.trees) / mostRowsPerLeafRow))
  const begun = context.checkpoint?.restored<{ trees: ForestTree[]; left: OutOfBagSums | null }>()
  const left = begun ? begun.left : settings.isBootstrapped ? noSums(train.length, outputs) : null
  const grown = await growForest(
    {
      ...{ columns: encoder, train, classes: task === 'multiclass' ? classes.length : 0 },
      target: Float32Array.from(train, row => target[row]! - middle),
    },
    {
      ...{
        ...settings,
        minRows,
        drawnColumns: Math.max(1, Math.min(encoder.width, settings.drawnColumns(encoder.width))),
      },
      ...{ threads: context.threads, seed: context.seed },
    },
    async (grown, trees) => {
      context.progress(grown / settings.trees, `tree ${grown} of ${settings.trees}`)
      await nextTurn()
      context.signal.throwIfAborted()
      if (context.checkpoint?.isDue()) await context.checkpoint.save({ trees: trees(), left })
      return !context.finish.aborted
    },
    begun?.trees ?? [],
    left ? (tree, leaves) => addOutOfBag(left, tree, leaves) : undefined,
  )
  const { trees, settled } = prune(grown, settings.complexity, () => judge(grown[0]!, data, encoder, middle))
  if (trees !== grown) context.log(`Pruned from ${leavesOf(grown)} leaves to ${leavesOf(trees)}`)
  const answersOf = (means: Float64Array): Float32Array => {
    if (task !== 'binary') return Float32Array.from(means)
    return Float32Array.from({ length: 2 * means.length }, (_, i) => (i % 2 ? means[i >> 1]! : 1 - means[i >> 1]!))
  }
  const answersLeft = (sums: OutOfBagSums) => {
    const { places, means } = outOfBagMeans(sums)
    return { rows: places.map(place => train[place]!), answers: answersOf(means.map(mean => middle + mean)) }
  }
  return {
    async predict(rows) {
      const answers = new Float32Array(rows.length * width)
      const blockRows = 16_384
      for (let from = 0; from < rows.length; from += blockRows) {
        const block = rows.subarray(from, from + blockRows)
        const matrix = encoder.encode(block)
        const sums = new Float64Array(block.length * outputs)
        // Tree by tree: one is read again and again while it is near.
        for (const tree of trees) {
          for (let i = 0; i < block.length; i += 1) {
            const leaf = leafOf(tree, matrix, i * encoder.width)
            if (outputs === 1) sums[i]! += tree.value[leaf]!
            else
              for (let k = 0; k < outputs; k += 1)
                sums[i * outputs + k]! += tree.shares[tree.place[leaf]! * outputs + k]!
          }
        }
        answers.set(answersOf(sums.map(sum => middle + sum / trees.length)), from * width)
      }
      return answers
    },
    toGraph(graph, inputs) {
      const means = addForest(graph, encoder.toGraph(graph, inputs), trees, middle, outputs)
      if (task !== 'binary') return means
      return graph.node('Concat', [graph.node('Sub', [graph.float(1), means]), means], { axis: { int: 1 } })
    },
    warnings:
      minRows > settings.minRows
        ? [
            `Leaves hold ${minRows} rows or more instead of ${settings.minRows}: so many trees of so many rows would not go into one file`,
          ]
        : [],
    outOfBag: left ? answersLeft(left) : undefined,
    readable: settings.trees === 1 && !left ? { kind: 'tree', encoder, tree: trees[0]!, middle, outputs } : undefined,
    settled,
    placement: [],
    bytesPerStep: null,
  }
}

/** The tree alone, pruned; all of them as they are where nothing tells how far. */
function prune(
  grown: ForestTree[],
  complexity: number | undefined,
  judged: () => PruningData,
): { trees: ForestTree[]; settled: Parameters } {
  if (complexity === undefined || !grown.length) return { trees: grown, settled: {} }
  const data = judged()
  if (complexity === 0 && !data.rows.some(rows => rows > 0)) return { trees: grown, settled: {} }
  const pruned = pruneTree(grown[0]!, data, complexity)
  return { trees: [pruned.tree], settled: { complexity: pruned.complexity } }
}

function leavesOf([tree]: readonly ForestTree[]): number {
  return tree!.left.filter(child => child < 0).length
}

/** What the rows say of a tree, for its pruning. */
function judge(tree: ForestTree, data: TrainingData, encoder: TreeEncoder, middle: number): PruningData {
  const { train, validation, target } = data
  const outputs = data.task === 'multiclass' ? data.classes.length : 1
  const rows = new Float64Array(tree.left.length)
  const sums = new Float64Array(rows.length * outputs)
  const blockRows = 16_384
  for (let from = 0; from < validation.length; from += blockRows) {
    const block = validation.subarray(from, from + blockRows)
    const matrix = encoder.encode(block)
    block.forEach((row, i) => {
      const leaf = leafOf(tree, matrix, i * encoder.width)
      rows[leaf]! += 1
      if (outputs === 1) sums[leaf]! += target[row]! - middle
      else sums[leaf * outputs + target[row]!]! += 1
    })
  }
  const squares = outputs > 1 ? train.length : train.reduce((sum, row) => sum + (target[row]! - middle) ** 2, 0)
  return { outputs, squares, rows, sums }
}
