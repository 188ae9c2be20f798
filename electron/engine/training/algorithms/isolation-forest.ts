import { setImmediate as nextTurn } from 'node:timers/promises'
import { Pcg32, quantile } from '../../numerics/index.ts'
import type { Algorithm } from '../algorithm.ts'
import { fitTreeEncoder } from '../features/index.ts'
import { growIsolationTree, meanPath } from '../trees/isolation.ts'
import { addTrees } from '../trees/to-graph.ts'
import { leafOf, type Tree } from '../trees/tree.ts'

const blockRows = 16_384
/** Texts that are told apart, the most frequent first: so rare ones lie at the edge, where a branch parts them soon. */
const mostCategories = 254
/** Of scores: where the path is the mean one of as many rows (Liu, Ting and Zhou 2008, §2). */
const usualThreshold = -0.5

/**
 * How few random branches part a row from the others. The score is −2^(−path / mean path), as scikit-learn's `score_samples`: −1 for a row that
 * stands alone, about −0.5 and above for usual ones.
 */
export const isolationForest: Algorithm = {
  id: 'isolation-forest',
  name: 'Isolation forest',
  help: 'Anomalies, rows that are unlike the others, without a target: how few random branches part each from the rest. A target that is named is never learned from, the scores are measured by it.',
  usual: false,
  tasks: ['anomaly'],
  devices: ['cpu'],
  deviceReason: 'its trees are small and random: there is little to compute',
  parameters: [
    {
      ...{ name: 'trees', kind: 'integer', default: 100, minimum: 1, maximum: 10_000 },
      help: 'How many trees, whose paths are averaged',
    },
    {
      ...{ name: 'rows', kind: 'integer', default: 256, minimum: 2, maximum: 1_000_000 },
      help: 'Training rows that each tree draws',
    },
    {
      ...{ name: 'contamination', kind: 'number', default: 0, minimum: 0, maximum: 0.5 },
      help: 'Share of the training rows to be called anomalies; 0: those of a score below −0.5',
    },
  ],
  expectedSeconds: ({ trainRows, columns }, { trees, rows }) =>
    0.05 + trainRows * columns * 1e-8 + (trees as number) * ((rows as number) * columns * 2e-7 + trainRows * 1.5e-7),

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitTreeEncoder(data, mostCategories)
    const { width } = encoder
    const { train } = data
    const drawn = Math.min(train.length, parameters.rows as number)
    const trees: Tree[] = []
    for (let i = 0; i < (parameters.trees as number); i += 1) {
      const random = new Pcg32(context.seed, i)
      trees.push(growIsolationTree(encoder.encode(draw(train, drawn, random)), width, random))
      if (i % 10) continue
      context.progress(i / (parameters.trees as number), `tree ${i + 1} of ${parameters.trees}`)
      await nextTurn()
      context.signal.throwIfAborted()
      if (context.finish.aborted) break
    }
    // A tree of one row has no path.
    const scale = trees.length * (meanPath(drawn) || 1)
    const predict = async (rows: Int32Array) => {
      const scores = new Float32Array(rows.length)
      for (let from = 0; from < rows.length; from += blockRows) {
        const block = rows.subarray(from, from + blockRows)
        const matrix = encoder.encode(block)
        const paths = new Float64Array(block.length)
        for (const tree of trees) {
          for (let i = 0; i < block.length; i += 1) paths[i]! += tree.value[leafOf(tree, matrix, i * width)]!
        }
        paths.forEach((path, i) => {
          scores[from + i] = -(2 ** (-path / scale))
        })
        await nextTurn()
        context.signal.throwIfAborted()
      }
      return scores
    }
    const share = parameters.contamination as number
    const anomalyBelow = share ? Math.fround(quantile(await predict(train), share)) : usualThreshold
    return {
      predict,
      toGraph(graph, inputs) {
        const paths = addTrees(graph, encoder.toGraph(graph, inputs), trees, new Float32Array(1))
        const exponent = graph.node('Mul', [paths, graph.float(-1 / scale)])
        return graph.node('Neg', [graph.node('Pow', [graph.float(2), exponent])])
      },
      signature: { anomalyBelow },
      async measured(rows) {
        const scores = await predict(rows)
        return Float32Array.from({ length: 2 * rows.length }, (_, i) => (i % 2 ? -scores[i >> 1]! : -anomalyBelow))
      },
      warnings: [],
      placement: [],
      bytesPerStep: null,
    }
  },
}

/** `count` of the rows, none twice. */
function draw(rows: Int32Array, count: number, random: Pcg32): Int32Array {
  const chosen = new Set<number>()
  // The last `count` places take one each of those before it or itself (Floyd's algorithm).
  for (let place = rows.length - count; place < rows.length; place += 1) {
    const at = random.nextBelow(place + 1)
    chosen.add(chosen.has(at) ? place : at)
  }
  return Int32Array.from(chosen, place => rows[place]!).sort()
}
