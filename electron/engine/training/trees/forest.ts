import { type ColumnSource, commands, KernelBins } from './bins.ts'
import type { Tree } from './tree.ts'

export interface ForestProblem {
  columns: ColumnSource
  train: Int32Array
  /** Of each training row: value, 0 or 1, or class index. */
  target: Float32Array
  /** How many shares a leaf holds; 0: a leaf holds the mean of the target, of two classes the share of the second. */
  classes: number
}

export interface ForestSettings {
  trees: number
  bins: number
  /** Fewest rows of a leaf, a row that was drawn twice as two. */
  minRows: number
  mostDepth: number
  /** How many columns a branch draws; more until one of them can be split. */
  drawnColumns: number
  /** Whether each tree learns from as many rows drawn with replacement, or from all. */
  isBootstrapped: boolean
  /** Whether a column is split at one place drawn at random, evenly among its bins, or at the best. */
  splitsAtRandom: boolean
  /** Whether a split on categories costs more the more sets of them it was chosen from. */
  pricesSets: boolean
  threads: number
  seed: number
}

/** A tree whose leaves hold shares of classes. */
export interface ForestTree extends Tree {
  /** Of a node that is a leaf, its place among the leaves. */
  place: Int32Array
  /** [leaves, classes]; empty where leaves hold a mean, which is the node's value. */
  shares: Float32Array
}

/**
 * Grows trees one beside the other, each on one thread alone (`assembly/forest.ts`), so that they do not depend on how many threads there are:
 * tree i draws from stream i of the seed. `grown` is called after every few trees, and ends it early by answering false; it is told how many there
 * are and may ask for them; another call with these as `begun` goes on. `outOfBag` is told of each new tree, in their order, the leaf of every training
 * row that it did not draw, −1 for those that it did. Throws `out-of-memory`.
 */
export async function growForest(
  problem: ForestProblem,
  settings: ForestSettings,
  grown: (count: number, trees: () => ForestTree[]) => Promise<boolean>,
  begun: ForestTree[] = [],
  outOfBag?: (tree: ForestTree, leaves: Int32Array) => void,
): Promise<ForestTree[]> {
  const bins = await KernelBins.start({ ...problem, validation: new Int32Array(0) }, settings)
  try {
    const { memory, threads, threadCount, words } = bins
    const { classes, train, target, columns } = problem
    const [rows, width] = [train.length, columns.width]
    const hasSets = Array.from({ length: width }, (_, column) => columns.categories(column)).some(count => count > 0)
    const mostLeaves = Math.max(1, Math.min(Math.floor(rows / settings.minRows), 2 ** Math.min(settings.mostDepth, 31)))
    const mostNodes = Math.ceil((2 * mostLeaves) / 4) * 4
    const areaBytes = 64 + 22 * mostNodes + 2 * mostNodes * classes + (hasSets ? 16 * mostNodes : 0)
    const area = Math.ceil(areaBytes / 64) * 64
    const halves = [0, 1].map(() => memory.take(threadCount * area))
    const scratch = 16 * rows + 4096 + 4096 + 320 + 2048 + 128 + 4 * (width + 1) + 16 * classes + 1024 * classes
    const scratchBytes = Math.ceil(scratch / 64) * 64
    const records = memory.floats(words[9]! >>> 0, (rows * words[4]!) / 4)
    for (let row = 0; row < rows; row += 1) records[(row * words[4]!) / 4] = target[row]!
    const leaves = [0, 1].map(() => (outOfBag ? memory.take(threadCount * rows * 4) : 0))
    const featuresOf = new Int32Array(width)
    bins.columns.forEach((column, feature) => {
      featuresOf[column] = feature
    })
    bins.write({
      ...{ 8: settings.minRows, 51: settings.seed, 67: area, 68: memory.take(threadCount * scratchBytes) },
      ...{ 69: scratchBytes, 70: settings.mostDepth, 71: settings.drawnColumns, 72: Number(settings.isBootstrapped) },
      ...{ 73: Number(settings.splitsAtRandom), 74: classes, 75: mostNodes },
      76: Number(settings.pricesSets),
      77: bins.put(featuresOf),
    })
    const trees = [...begun]
    let waiting: { at: number; left: number }[] = []
    const read = () => {
      for (const { at, left } of waiting) {
        const tree = readTree(bins, at, mostNodes, classes)
        trees.push(tree)
        outOfBag?.(tree, memory.ints(left, rows))
      }
    }
    const complete = () => {
      read()
      waiting = []
      return trees
    }
    for (let from = trees.length; from < settings.trees; from += threadCount) {
      const count = Math.min(threadCount, settings.trees - from)
      const half = (from / threadCount) % 2
      const [at, left] = [halves[half]!, leaves[half]!]
      bins.write({ 64: count, 65: from, 66: at, 78: left })
      threads.lead(commands.forest, read)
      waiting = Array.from({ length: count }, (_, i) => ({ at: at + i * area, left: left + i * rows * 4 }))
      if (!(await grown(from + count, complete))) break
    }
    return complete()
  } finally {
    await bins.threads.end()
  }
}

/** A tree as `assembly/forest-tree.ts` lays it out. */
function readTree(
  { memory, thresholds, source }: KernelBins,
  at: number,
  mostNodes: number,
  classes: number,
): ForestTree {
  const [nodes, leaves, sets] = memory.ints(at, 3) as unknown as [number, number, number]
  const ints = (field: number) => memory.ints(at + 64 + 4 * mostNodes * field, nodes).slice()
  const bytes = (field: number) => memory.bytes(at + 64 + mostNodes * (20 + field), nodes).slice()
  const [left, column, cover, place] = [ints(0), ints(1), ints(2), ints(3)]
  const value = memory.floats(at + 64 + 16 * mostNodes, nodes).slice()
  const [bin, missingLeft] = [bytes(0), bytes(1)]
  const right = new Int32Array(nodes)
  const threshold = new Float32Array(nodes)
  const members: (Int32Array | null)[] = sets ? new Array(nodes).fill(null) : []
  const bits = memory.ints(at + 64 + 22 * mostNodes + 2 * mostNodes * classes, sets * 8)
  for (let node = 0; node < nodes; node += 1) {
    if (left[node]! < 0) {
      right[node] = -1
      column[node] = 0
      bin[node] = 0
      missingLeft[node] = 0
      continue
    }
    right[node] = left[node]! + 1
    value[node] = 0
    if (source.categories(column[node]!) > 0) members[node] = bitsOf(bits, place[node]! * 8)
    else threshold[node] = thresholds[column[node]!]![bin[node]!]!
  }
  const shares = memory.floats(at + 64 + 22 * mostNodes, leaves * classes).slice()
  return { column, bin, threshold, members, missingLeft, left, right, value, cover, place, shares }
}

/** Places of the ones among the 256 bits from `word` on. */
export function bitsOf(words: Int32Array, word: number): Int32Array {
  const found: number[] = []
  for (let bit = 0; bit < 256; bit += 1) if ((words[word + (bit >> 5)]! >> (bit & 31)) & 1) found.push(bit)
  return Int32Array.from(found)
}
