import type { ForestTree } from './forest.ts'

/** What a tree was grown on and is judged by, as sums over rows. A row's target has as many numbers as a leaf has answers: a value, 0 or 1, or a one for its class. */
export interface PruningData {
  /** Answers of a leaf: 1, or the number of classes. */
  outputs: number
  /** Of all training rows, the squares of their targets. */
  squares: number
  /** Validation rows of each node that is a leaf, [nodes]. */
  rows: Float64Array
  /** The sums of their targets, [nodes, outputs]. */
  sums: Float64Array
}

export interface Pruned {
  tree: ForestTree
  /** Of the tree grown elsewhere to the same rows or more: a share of the squared error without any branch, 0 to 1. */
  complexity: number
}

/** A branch that gives way at this price of a leaf, and what the whole tree then has less of leaves, and more of error on either kind of rows. */
interface Collapse {
  at: number
  node: number
  leaves: number
  risk: number
  loss: number
}

/**
 * Minimal cost-complexity pruning (Breiman et al. 1984, "Classification and Regression Trees", chapter 3): of the subtrees that are the best of their
 * size, as the training rows say by squared error (of classes, Gini's), the one with the least squared error on the validation rows; of equal ones the smaller.
 * With a `complexity` above 0, the one that pays so much for each leaf. O(nodes · depth).
 */
export function pruneTree(tree: ForestTree, data: PruningData, complexity: number): Pruned {
  const means = meansOf(tree, data.outputs)
  const path = collapsesOf(tree, data, means)
  const root = squaresOf(means, 0, data.outputs) * tree.cover[0]!
  const total = Math.max(0, data.squares - root)
  const chosen = complexity > 0 ? complexity * total : leastLoss(path)
  const after = path.findIndex(({ at }) => at > chosen)
  const falling = new Set((after < 0 ? path : path.slice(0, after)).map(({ node }) => node))
  // Between two complexities lie many that give the same tree: their geometric mean stands for them.
  const next = after < 0 ? chosen : path[after]!.at
  const share = total > 0 ? Math.min(1, Math.sqrt(chosen * next) / total) : 0
  return { tree: cut(tree, falling, means, data.outputs), complexity: complexity > 0 ? complexity : share }
}

/** What each node would answer if it were a leaf, [nodes, outputs]. */
export function meansOf({ left, right, cover, value, place, shares }: ForestTree, outputs: number): Float64Array {
  const means = new Float64Array(left.length * outputs)
  for (let node = left.length - 1; node >= 0; node -= 1) {
    for (let k = 0; k < outputs; k += 1) {
      const of = (child: number) => means[child * outputs + k]! * (cover[child]! / cover[node]!)
      if (left[node]! >= 0) means[node * outputs + k] = of(left[node]!) + of(right[node]!)
      else means[node * outputs + k] = outputs === 1 ? value[node]! : shares[place[node]! * outputs + k]!
    }
  }
  return means
}

function squaresOf(means: Float64Array, node: number, outputs: number): number {
  let sum = 0
  for (let k = 0; k < outputs; k += 1) sum += means[node * outputs + k]! ** 2
  return sum
}

/** Every branch in the order in which they give way; what a branch takes with it that had not given way before is not listed. */
function collapsesOf({ left, right, cover }: ForestTree, data: PruningData, means: Float64Array): Collapse[] {
  const { outputs } = data
  const [rows, sums] = [data.rows.slice(), data.sums.slice()]
  const nodes = left.length
  const [leaves, risk, loss] = [new Float64Array(nodes), new Float64Array(nodes), new Float64Array(nodes)]
  const waiting: Collapse[][] = new Array(nodes)
  // Children stand behind their parents.
  for (let node = nodes - 1; node >= 0; node -= 1) {
    const [a, b] = [left[node]!, right[node]!]
    if (a >= 0) {
      rows[node] = rows[a]! + rows[b]!
      for (let k = 0; k < outputs; k += 1) sums[node * outputs + k] = sums[a * outputs + k]! + sums[b * outputs + k]!
    }
    // Both errors without the squares of the targets, which are the same for each tree.
    const squares = squaresOf(means, node, outputs)
    const ownRisk = -cover[node]! * squares
    let ownLoss = rows[node]! * squares
    for (let k = 0; k < outputs; k += 1) ownLoss -= 2 * means[node * outputs + k]! * sums[node * outputs + k]!
    if (a < 0) {
      waiting[node] = []
      leaves[node] = 1
      risk[node] = ownRisk
      loss[node] = ownLoss
      continue
    }
    leaves[node] = leaves[a]! + leaves[b]!
    risk[node] = risk[a]! + risk[b]!
    loss[node] = loss[a]! + loss[b]!
    const below = merge(waiting[a]!, waiting[b]!)
    waiting[a] = waiting[b] = []
    const rest = { leaves: leaves[node]!, risk: risk[node]!, loss: loss[node]! }
    const least = () => (ownRisk - rest.risk) / (rest.leaves - 1)
    let earlier = 0
    for (; earlier < below.length && below[earlier]!.at < least(); earlier += 1) {
      rest.leaves -= below[earlier]!.leaves
      rest.risk += below[earlier]!.risk
      rest.loss += below[earlier]!.loss
    }
    const at = Math.max(0, least(), below[earlier - 1]?.at ?? 0)
    const own = { at, node, leaves: rest.leaves - 1, risk: ownRisk - rest.risk, loss: ownLoss - rest.loss }
    waiting[node] = [...below.slice(0, earlier), own]
  }
  return waiting[0]!
}

function merge(a: readonly Collapse[], b: readonly Collapse[]): Collapse[] {
  const merged: Collapse[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const isFirst = j >= b.length || (i < a.length && a[i]!.at <= b[j]!.at)
    merged.push(isFirst ? a[i++]! : b[j++]!)
  }
  return merged
}

/** The complexity at which the validation rows lose least; branches that gain nothing give way in any case. */
function leastLoss(path: readonly Collapse[]): number {
  let best = { at: 0, loss: 0 }
  let loss = 0
  path.forEach((collapse, i) => {
    loss += collapse.loss
    const isLast = path[i + 1]?.at !== collapse.at
    if (isLast && (collapse.at === 0 || loss <= best.loss)) best = { at: collapse.at, loss }
  })
  return best.at
}

/** The tree without what is below these nodes. */
function cut(tree: ForestTree, falling: ReadonlySet<number>, means: Float64Array, outputs: number): ForestTree {
  const isLeaf = (node: number) => tree.left[node]! < 0 || falling.has(node)
  const kept = [0]
  const left: number[] = []
  for (let at = 0; at < kept.length; at += 1) {
    const node = kept[at]!
    left.push(isLeaf(node) ? -1 : kept.length)
    if (!isLeaf(node)) kept.push(tree.left[node]!, tree.right[node]!)
  }
  const leaves = kept.filter(isLeaf)
  const placeOf = new Map(leaves.map((node, place) => [node, place]))
  const ofBranches = (numbers: ArrayLike<number>) => kept.map(node => (isLeaf(node) ? 0 : numbers[node]!))
  return {
    column: Int32Array.from(ofBranches(tree.column)),
    threshold: Float32Array.from(ofBranches(tree.threshold)),
    bin: Uint8Array.from(ofBranches(tree.bin)),
    missingLeft: Uint8Array.from(ofBranches(tree.missingLeft)),
    members: tree.members.length ? kept.map(node => (isLeaf(node) ? null : tree.members[node]!)) : [],
    left: Int32Array.from(left),
    right: Int32Array.from(left, child => (child < 0 ? -1 : child + 1)),
    value: Float32Array.from(kept, node => (isLeaf(node) && outputs === 1 ? means[node]! : 0)),
    cover: Int32Array.from(kept, node => tree.cover[node]!),
    place: Int32Array.from(kept, node => placeOf.get(node) ?? 0),
    shares:
      outputs === 1
        ? new Float32Array(0)
        : Float32Array.from(
            { length: leaves.length * outputs },
            (_, i) => means[leaves[Math.floor(i / outputs)]! * outputs + (i % outputs)]!,
          ),
  }
}
