import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EnsembleTree } from '../runtime/index.ts'
import { addByPatterns, patternTables } from './shap-by-patterns.ts'
import { addByQuadrature } from './shap-by-quadrature.ts'

/** A tree with the share of rows that goes each way. */
export interface CoveredTree extends EnsembleTree {
  cover: Float64Array
}

/** Rows that go down a tree together. */
export const blockRows = 512
/** The event loop gets its turn after this long. */
const turnMs = 40

/** Row-major [rows, width] as columns, [width][rows], which is how the trees read it. */
export function columnsOfMatrix(matrix: Float32Array, width: number): Float32Array[] {
  const rows = matrix.length / width
  return Array.from({ length: width }, (_, column) => {
    const own = new Float32Array(rows)
    for (let row = 0; row < rows; row += 1) own[row] = matrix[row * width + column]!
    return own
  })
}

/** Of each output and column: Shapley values of the rows, [outputs][columns][rows]. */
export type ShapValues = Float64Array[][]

/**
 * Exact Shapley values of a sum of trees, where a column that is not known goes both ways at a branch, as the rows it learned from did
 * (Lundberg et al., Nature Machine Intelligence 2, 2020: "path-dependent" TreeSHAP). They add up to the trees' answer less `expectedScores`.
 * `columns` [width][rows] is what the trees see, NaN for missing; `groups` says to which column of the outcome each belongs. Trees of few columns
 * a path are worked out by a table of all patterns, others by quadrature: both are exact but for rounding.
 */
export async function treeShap(
  trees: readonly CoveredTree[],
  columns: readonly Float32Array[],
  { groups, outputs, onProgress, signal }: ShapOptions,
): Promise<ShapValues> {
  const rows = columns[0]?.length ?? 0
  const count = groups.reduce((most, group) => Math.max(most, group + 1), 0)
  const found: ShapValues = Array.from({ length: outputs }, () =>
    Array.from({ length: count }, () => new Float64Array(rows)),
  )
  let turnAt = performance.now() + turnMs
  for (const [place, tree] of trees.entries()) {
    const told = tree.values.flatMap((values, output) => (values.some(value => value !== 0) ? [output] : []))
    const tables = told.length ? patternTables(tree, rows) : null
    for (let start = 0; start < rows; start += blockRows) {
      if (performance.now() > turnAt) {
        await nextTurn()
        turnAt = performance.now() + turnMs
        onProgress?.((place + start / rows) / trees.length)
      }
      signal?.throwIfAborted()
      const block = { columns, groups, start, count: Math.min(blockRows, rows - start) }
      if (tables) addByPatterns(tree, tables, block, told, found)
      else for (const output of told) addByQuadrature(tree, block, output, found[output]!)
    }
  }
  return found
}

interface ShapOptions {
  /** Column of the matrix → column of the outcome. */
  groups: Int32Array
  outputs: number
  onProgress?(share: number): void
  signal?: AbortSignal
}

export interface RowBlock {
  columns: readonly Float32Array[]
  groups: Int32Array
  start: number
  /** At most `blockRows`. */
  count: number
}

/** What the trees say where nothing is known, one an output: Σ over leaves of value · Π shares on its way. */
export function expectedScores(trees: readonly CoveredTree[], base: Float64Array): Float64Array {
  const sums = Float64Array.from(base)
  for (const tree of trees) {
    const walk = (node: number, share: number): void => {
      if (tree.left[node]! < 0) {
        for (let k = 0; k < sums.length; k += 1) sums[k]! += share * tree.values[k]![node]!
        return
      }
      walk(tree.left[node]!, share * shareOf(tree, node, tree.left[node]!))
      walk(tree.right[node]!, share * shareOf(tree, node, tree.right[node]!))
    }
    walk(0, 1)
  }
  return sums
}

/** Of the rows at `node`, the share that goes on to `child`; half where none came by. */
export function shareOf({ cover }: CoveredTree, node: number, child: number): number {
  return cover[node]! > 0 ? cover[child]! / cover[node]! : 0.5
}

/** Writes for each row of the block whether it goes left at the node, 1 or 0. */
export function goLeft(tree: CoveredTree, node: number, { columns, start, count }: RowBlock, into: Uint8Array): void {
  const values = columns[tree.column[node]!]!
  const members = tree.members[node]
  const missing = tree.missingLeft[node]!
  if (members) {
    const set = new Set(members)
    for (let i = 0; i < count; i += 1) {
      const value = values[start + i]!
      into[i] = Number.isNaN(value) ? missing : Number(set.has(value))
    }
    return
  }
  const threshold = tree.threshold[node]!
  if (missing) for (let i = 0; i < count; i += 1) into[i] = values[start + i]! > threshold ? 0 : 1
  else for (let i = 0; i < count; i += 1) into[i] = values[start + i]! <= threshold ? 1 : 0
}

/** The trees with the counts of these rows, [width][rows], at their nodes: those of the file where it has them in all of them. */
export function coverTrees(
  trees: readonly EnsembleTree[],
  columns: readonly Float32Array[] | null,
): CoveredTree[] | null {
  if (trees.every((tree): tree is CoveredTree => tree.cover !== null)) return [...trees]
  if (!columns) return null
  const rows = columns[0]?.length ?? 0
  const into = new Uint8Array(blockRows)
  return trees.map(tree => {
    const covered: CoveredTree = { ...tree, cover: new Float64Array(tree.left.length) }
    const walk = (node: number, at: Int32Array): void => {
      covered.cover[node] = at.length
      if (tree.left[node]! < 0 || at.length === 0) return
      const own = columns[tree.column[node]!]!
      const goes = new Uint8Array(at.length)
      const block = { groups: new Int32Array(), columns: [], start: 0, count: 0 } as RowBlock
      for (let from = 0; from < at.length; from += blockRows) {
        const part = at.subarray(from, from + blockRows)
        const values = Float32Array.from(part, row => own[row]!)
        const seen: Float32Array[] = []
        seen[tree.column[node]!] = values
        goLeft(covered, node, { ...block, columns: seen, count: part.length }, into)
        goes.set(into.subarray(0, part.length), from)
      }
      walk(
        tree.left[node]!,
        at.filter((_, i) => goes[i] === 1),
      )
      walk(
        tree.right[node]!,
        at.filter((_, i) => goes[i] === 0),
      )
    }
    walk(
      0,
      Int32Array.from({ length: rows }, (_, row) => row),
    )
    return covered
  })
}
