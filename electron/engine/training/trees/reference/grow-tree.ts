import type { Tree } from '../tree.ts'
import type { BinnedMatrix } from './bins.ts'
import { addToHistogram, type Histogram, HistogramPool, subtractHistogram } from './histogram.ts'
import { findSplit, type NodeSplit, type SplitRules } from './split-finder.ts'

export interface GrowOptions extends SplitRules {
  leaves: number
  learningRate: number
}

interface Leaf {
  node: number
  /** Its rows are `order[start]` to `order[end − 1]`. */
  start: number
  end: number
  gradient: number
  hessian: number
  histogram: Histogram
  split: NodeSplit | null
}

/**
 * Grows one tree leaf by leaf, always where the loss falls most (Shi 2007, "Best-first decision tree learning"), on histograms of
 * gradients; the larger child's histogram is the parent's less the smaller child's (Ke et al., NIPS 2017). `order` holds the rows to learn
 * from and is put into the order of the leaves. `features` are the columns that may split. Deterministic.
 */
export class TreeGrower {
  readonly #binned: BinnedMatrix
  readonly #options: GrowOptions
  readonly #pool: HistogramPool
  readonly #moved: Int32Array

  constructor(binned: BinnedMatrix, options: GrowOptions) {
    this.#binned = binned
    this.#options = options
    this.#pool = new HistogramPool(binned.columns.length)
    this.#moved = new Int32Array(binned.rows)
  }

  grow(order: Int32Array, features: Int32Array, gradients: Float64Array, hessians: Float64Array): Tree {
    const { leaves: mostLeaves } = this.#options
    const tree = emptyTree(2 * mostLeaves - 1)
    const histogram = this.#pool.take()
    addToHistogram(histogram, this.#binned, features, order, 0, order.length, gradients, hessians)
    let gradient = 0
    let hessian = 0
    for (const row of order) {
      gradient += gradients[row]!
      hessian += hessians[row]!
    }
    const root: Leaf = { node: 0, start: 0, end: order.length, gradient, hessian, histogram, split: null }
    root.split = this.#findSplit(root, features)
    const leaves = [root]
    let nodes = 1
    while (leaves.length < mostLeaves) {
      let best = -1
      leaves.forEach(({ split }, i) => {
        if (split && (best < 0 || split.gain > leaves[best]!.split!.gain)) best = i
      })
      if (best < 0) break
      const parent = leaves[best]!
      const [left, right] = this.#divide(parent, tree, nodes, order)
      nodes += 2
      const [small, large] = left.end - left.start <= right.end - right.start ? [left, right] : [right, left]
      small.histogram = this.#pool.take()
      addToHistogram(small.histogram, this.#binned, features, order, small.start, small.end, gradients, hessians)
      large.histogram = subtractHistogram(parent.histogram, small.histogram)
      for (const child of [left, right]) child.split = this.#findSplit(child, features)
      leaves[best] = left
      leaves.push(right)
    }
    for (const leaf of leaves) {
      tree.left[leaf.node] = -1
      tree.cover[leaf.node] = leaf.end - leaf.start
      const divisor = leaf.hessian + this.#options.l2
      tree.value[leaf.node] = divisor > 0 ? (-leaf.gradient / divisor) * this.#options.learningRate : 0
      this.#pool.give(leaf.histogram)
    }
    return trimTree(tree, nodes)
  }

  #findSplit(leaf: Leaf, features: Int32Array): NodeSplit | null {
    const { start, end, gradient, hessian, histogram } = leaf
    return findSplit(histogram, this.#binned, features, { count: end - start, gradient, hessian }, this.#options)
  }

  /** Writes the parent's split, and partitions its rows: left ones first, each side in its order. */
  #divide(parent: Leaf, tree: GrowingTree, nextNode: number, order: Int32Array): [Leaf, Leaf] {
    const { node, start, end, histogram } = parent
    const split = parent.split!
    tree.cover[node] = end - start
    tree.column[node] = split.column
    tree.bin[node] = split.bin
    tree.members[node] = split.members
    tree.threshold[node] = split.members ? 0 : this.#binned.thresholds[split.column]![split.bin]!
    tree.missingLeft[node] = Number(split.missingLeft)
    tree.left[node] = nextNode
    tree.right[node] = nextNode + 1
    const bins = this.#binned.columns[split.column]!
    const missing = this.#binned.thresholds[split.column]!.length + 1
    const moved = this.#moved
    let left = start
    let right = 0
    for (let i = start; i < end; i += 1) {
      const row = order[i]!
      const bin = bins[row]!
      if (split.members?.includes(bin) ?? (bin === missing ? split.missingLeft : bin <= split.bin)) order[left++] = row
      else moved[right++] = row
    }
    order.set(moved.subarray(0, right), left)
    const child = (at: number, from: number, to: number, gradient: number, hessian: number): Leaf => ({
      ...{ node: at, start: from, end: to, gradient, hessian, histogram, split: null },
    })
    return [
      child(nextNode, start, left, split.leftGradient, split.leftHessian),
      child(nextNode + 1, left, end, parent.gradient - split.leftGradient, parent.hessian - split.leftHessian),
    ]
  }
}

/** A tree under construction. */
interface GrowingTree extends Tree {
  members: (Int32Array | null)[]
}

function emptyTree(nodes: number): GrowingTree {
  return {
    column: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    bin: new Uint8Array(nodes),
    missingLeft: new Uint8Array(nodes),
    members: Array.from({ length: nodes }, () => null),
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    value: new Float32Array(nodes),
    cover: new Int32Array(nodes),
  }
}

function trimTree(tree: Tree, nodes: number): Tree {
  return {
    column: tree.column.slice(0, nodes),
    threshold: tree.threshold.slice(0, nodes),
    bin: tree.bin.slice(0, nodes),
    missingLeft: tree.missingLeft.slice(0, nodes),
    members: tree.members.slice(0, nodes),
    left: tree.left.slice(0, nodes),
    right: tree.right.slice(0, nodes),
    value: tree.value.slice(0, nodes),
    cover: tree.cover.slice(0, nodes),
  }
}
