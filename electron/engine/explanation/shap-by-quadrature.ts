import { gaussLegendre } from '../numerics/index.ts'
import { blockRows, type CoveredTree, goLeft, type RowBlock, shareOf } from './tree-shap.ts'

/** What rows carry down and up a level: products at every quadrature node, [nodes, blockRows]. */
interface Level {
  down: Float64Array
  up: Float64Array
  /** Whether the rows go left here. */
  lefts: Uint8Array
  /** Whether they agree with the way to this level's node, in its column. */
  agrees: Uint8Array
  /** The cumulative share of that column. */
  share: number
}

/**
 * Adds the Shapley values of one tree for a block of rows, for paths of any length. With ∫ uᵏ (1 − u)^(d−1−k) du = k! (d − 1 − k)! / d! the sum over
 * subsets becomes (oᵢ − zᵢ) ∫ Π over j ≠ i of (u·oⱼ + (1 − u)·zⱼ) du, a polynomial that so many nodes as half of a path's columns integrate exactly. Products
 * go down the tree, sums over leaves come up (as in Yu et al., Linear TreeShap, NeurIPS 2022); where a column returns on a path, the
 * part of its earlier branch is taken back below the later one.
 */
export function addByQuadrature(tree: CoveredTree, block: RowBlock, output: number, into: Float64Array[]): void {
  const { start, count, groups } = block
  const { nodes, weights } = gaussLegendre(Math.max(1, Math.ceil(longestPath(tree) / 2)))
  const q = nodes.length
  const values = tree.values[output]!
  const levels: Level[] = []
  const levelAt = (depth: number): Level =>
    (levels[depth] ??= {
      down: new Float64Array(q * blockRows),
      up: new Float64Array(q * blockRows),
      ...{ lefts: new Uint8Array(blockRows), agrees: new Uint8Array(blockRows), share: 1 },
    })
  /** Of each column the depth of the node behind its last branch on the path. */
  const last = new Map<number, number>()

  const walk = (node: number, depth: number): void => {
    const own = levelAt(depth)
    if (tree.left[node]! < 0) {
      for (let k = 0; k < q; k += 1) scale(own, values[node]!, k * blockRows, count)
      return
    }
    for (let k = 0; k < q; k += 1) own.up.fill(0, k * blockRows, k * blockRows + count)
    goLeft(tree, node, block, own.lefts)
    const column = tree.column[node]!
    const before = last.get(column)
    const earlier = before === undefined ? null : levels[before]!
    const below = levelAt(depth + 1)
    for (const isLeft of [1, 0]) {
      const child = isLeft ? tree.left[node]! : tree.right[node]!
      below.share = (earlier?.share ?? 1) * shareOf(tree, node, child)
      for (let i = 0; i < count; i += 1) below.agrees[i] = own.lefts[i] === isLeft ? (earlier?.agrees[i] ?? 1) : 0
      for (let k = 0; k < q; k += 1) multiply(own, below, earlier, nodes[k]!, k * blockRows, count)
      last.set(column, depth + 1)
      walk(child, depth + 1)
      const sums = into[groups[column]!]!
      for (let k = 0; k < q; k += 1) {
        const at = k * blockRows
        take(below, below, nodes[k]!, weights[k]!, at, sums, start, count)
        if (earlier) take(below, earlier, nodes[k]!, -weights[k]!, at, sums, start, count)
        for (let i = 0; i < count; i += 1) own.up[at + i]! += below.up[at + i]!
      }
    }
    if (before === undefined) last.delete(column)
    else last.set(column, before)
  }
  levelAt(0).down.fill(1)
  walk(0, 0)
}

/** The factor of a column with share z at node u: u + (1 − u)·z where a row agrees, (1 − u)·z where it does not. */
const agreeing = (u: number, share: number) => u + (1 - u) * share
const disagreeing = (u: number, share: number) => (1 - u) * share

function multiply(own: Level, below: Level, earlier: Level | null, u: number, at: number, count: number): void {
  const [yes, no] = [agreeing(u, below.share), disagreeing(u, below.share)]
  const wasYes = earlier ? agreeing(u, earlier.share) : 1
  // Where the earlier factor is 0, all that follows is.
  const wasNo = earlier && earlier.share > 0 ? disagreeing(u, earlier.share) : 1
  for (let i = 0; i < count; i += 1) {
    const factor = below.agrees[i] ? yes : no
    below.down[at + i] = (own.down[at + i]! * factor) / (earlier && !earlier.agrees[i] ? wasNo : wasYes)
  }
}

function scale({ down, up }: Level, value: number, at: number, count: number): void {
  for (let i = at; i < at + count; i += 1) up[i] = down[i]! * value
}

/** Adds w · (o − z) / factor times what came up. */
function take(
  { up }: Level,
  { agrees, share }: Level,
  u: number,
  weight: number,
  at: number,
  sums: Float64Array,
  start: number,
  count: number,
): void {
  const yes = (weight * (1 - share)) / agreeing(u, share)
  const no = -weight / (1 - u)
  for (let i = 0; i < count; i += 1) sums[start + i]! += up[at + i]! * (agrees[i] ? yes : no)
}

/** Most different columns on a way from the root to a leaf. */
function longestPath(tree: CoveredTree): number {
  const walk = (node: number, seen: ReadonlySet<number>): number => {
    if (tree.left[node]! < 0) return seen.size
    const next = new Set(seen).add(tree.column[node]!)
    return Math.max(walk(tree.left[node]!, next), walk(tree.right[node]!, next))
  }
  return walk(0, new Set())
}
