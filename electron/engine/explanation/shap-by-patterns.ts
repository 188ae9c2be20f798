import { blockRows, type CoveredTree, goLeft, type RowBlock, type ShapValues, shareOf } from './tree-shap.ts'

/** Numbers that the tables of a tree may hold: 8 MB. */
const mostEntries = 1 << 20
/** Numbers of a table that cost as much to work out as a row costs by quadrature. */
const worthOfRow = 200
/** Columns on one path: patterns are counted in 16 bits. */
const mostOnPath = 14

/** Of a leaf, for each pattern of its path's columns that agree with it: what each column adds, for a leaf of value 1, [columns][patterns]. */
type Tables = ReadonlyMap<number, Float64Array[]>

/**
 * Of every leaf a table; null where they would be large, or larger than what `rows` rows are worth.
 *
 * A leaf's path holds columns j with a share zⱼ (of the rows that do not know j, so many go this way) and a row's agreement oⱼ in {0, 1}. The
 * Shapley value of i is (oᵢ − zᵢ) Σ over S of |S|! (d − |S| − 1)! / d! · Π in S of oⱼ · Π outside of zⱼ. Only subsets of the agreeing A count, so with
 * g(B) = Σₖ k! (d − k − 1)! / d! · [tᵏ] Π in B of (zⱼ + t) and Z(A) = Π outside A of zⱼ it is (1 − zᵢ) · Z(A) · g(A \ i) for i in A, −Z(A) · g(A) else.
 */
export function patternTables(tree: CoveredTree, rows: number): Tables | null {
  let entries = 0
  const tables = new Map<number, Float64Array[]>()
  const walk = (node: number, path: ReadonlyMap<number, number>): boolean => {
    if (tree.left[node]! < 0) {
      const size = path.size * 2 ** path.size
      entries += size
      if (path.size > mostOnPath || entries > Math.min(mostEntries, worthOfRow * rows)) return false
      tables.set(node, tableOf([...path.values()]))
      return true
    }
    const column = tree.column[node]!
    return [tree.left[node]!, tree.right[node]!].every(child => {
      const share = (path.get(column) ?? 1) * shareOf(tree, node, child)
      return walk(child, new Map(path).set(column, share))
    })
  }
  return walk(0, new Map()) ? tables : null
}

function tableOf(shares: number[]): Float64Array[] {
  const d = shares.length
  const patterns = 2 ** d
  const weights = Array.from({ length: d }, (_, k) => 1 / (d * choose(d - 1, k)))
  // Π in B of (zⱼ + t), from the set without its lowest column, [patterns, d + 1].
  const products = new Float64Array(patterns * (d + 1))
  const outside = new Float64Array(patterns)
  const g = new Float64Array(patterns)
  products[0] = 1
  outside[patterns - 1] = 1
  for (let set = patterns - 2; set >= 0; set -= 1) {
    const lowest = 31 - Math.clz32(~set & -~set)
    outside[set] = outside[set | (1 << lowest)]! * shares[lowest]!
  }
  for (let set = 0; set < patterns; set += 1) {
    const at = set * (d + 1)
    if (set > 0) {
      const lowest = 31 - Math.clz32(set & -set)
      const from = (set & (set - 1)) * (d + 1)
      for (let k = 0; k <= d; k += 1) {
        products[at + k] = shares[lowest]! * products[from + k]! + (k > 0 ? products[from + k - 1]! : 0)
      }
    }
    for (let k = 0; k < d; k += 1) g[set]! += weights[k]! * products[at + k]!
  }
  return shares.map((share, i) => {
    const bit = 1 << i
    return Float64Array.from({ length: patterns }, (_, set) =>
      set & bit ? (1 - share) * outside[set]! * g[set ^ bit]! : -outside[set]! * g[set]!,
    )
  })
}

function choose(n: number, k: number): number {
  let count = 1
  for (let i = 1; i <= k; i += 1) count = (count * (n - k + i)) / i
  return count
}

/** Patterns and ways left of a block of rows, one a level of the tree; refilled by every walk. */
const patternsOf: Uint16Array[] = []
const leftsOf: Uint8Array[] = []

/** Adds the Shapley values of one tree for a block of rows: down the tree all rows keep the pattern of the columns that agree so far. */
export function addByPatterns(
  tree: CoveredTree,
  tables: Tables,
  block: RowBlock,
  outputs: readonly number[],
  found: ShapValues,
): void {
  const { start, count, groups } = block
  const path: number[] = []
  const walk = (node: number, level: number): void => {
    const patterns = patternsOf[level]!
    if (tree.left[node]! < 0) {
      const table = tables.get(node)!
      for (const output of outputs) {
        const value = tree.values[output]![node]!
        path.forEach((column, i) => {
          addFrom(table[i]!, patterns, value, found[output]![groups[column]!]!, start, count)
        })
      }
      return
    }
    leftsOf[level] ??= new Uint8Array(blockRows)
    patternsOf[level + 1] ??= new Uint16Array(blockRows)
    const [lefts, below] = [leftsOf[level]!, patternsOf[level + 1]!]
    goLeft(tree, node, block, lefts)
    const known = path.indexOf(tree.column[node]!)
    if (known < 0) path.push(tree.column[node]!)
    for (const isLeft of [1, 0]) {
      const bit = 1 << (known < 0 ? path.length - 1 : known)
      if (known < 0) for (let i = 0; i < count; i += 1) below[i] = patterns[i]! | (lefts[i] === isLeft ? bit : 0)
      else for (let i = 0; i < count; i += 1) below[i] = patterns[i]! & (lefts[i] === isLeft ? 0xffff : ~bit)
      walk(isLeft ? tree.left[node]! : tree.right[node]!, level + 1)
    }
    if (known < 0) path.pop()
  }
  patternsOf[0] ??= new Uint16Array(blockRows)
  walk(0, 0)
}

function addFrom(
  table: Float64Array,
  patterns: Uint16Array,
  value: number,
  into: Float64Array,
  start: number,
  count: number,
): void {
  for (let i = 0; i < count; i += 1) into[start + i]! += value * table[patterns[i]!]!
}
