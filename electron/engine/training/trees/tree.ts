/** A binary tree in arrays; node 0 is the root. A leaf has `left` −1. */
export interface Tree {
  column: Int32Array
  /** A row goes left when its value is ≤ this, or is missing and `missingLeft` is 1. */
  threshold: Float32Array
  /** The same as a bin: the last one that goes left. */
  bin: Uint8Array
  missingLeft: Uint8Array
  /** Of a branch on categories: those that go left, ascending; its threshold, bin and missing side then mean nothing. */
  members: readonly (Int32Array | null)[]
  left: Int32Array
  right: Int32Array
  /** Of leaves: what is added to the score, learning rate included. */
  value: Float32Array
  /** How many of the rows that it was grown on reach each node. */
  cover: Int32Array
}

/** The leaf that a row of a row-major matrix, starting at `start`, falls into. */
export function leafOf(tree: Tree, matrix: Float32Array, start: number): number {
  const { column, threshold, missingLeft, members, left, right } = tree
  let node = 0
  while (left[node]! >= 0) {
    const value = matrix[start + column[node]!]!
    const set = members[node]
    const goesLeft = set
      ? set.includes(value)
      : value <= threshold[node]! || (missingLeft[node] === 1 && Number.isNaN(value))
    node = goesLeft ? left[node]! : right[node]!
  }
  return node
}

/** Adds the tree's values to the scores of rows of a binned matrix, `scores[row · stride + offset]`. */
export function addScores(
  tree: Tree,
  binned: { rows: number; columns: Uint8Array[]; thresholds: Float32Array[] },
  scores: Float64Array,
  stride: number,
  offset: number,
): void {
  const { column, bin, missingLeft, members, left, right, value } = tree
  for (let row = 0; row < binned.rows; row += 1) {
    let node = 0
    while (left[node]! >= 0) {
      const feature = column[node]!
      const at = binned.columns[feature]![row]!
      const isMissing = at > binned.thresholds[feature]!.length
      const isLeft = members[node]?.includes(at) ?? (isMissing ? missingLeft[node] === 1 : at <= bin[node]!)
      node = isLeft ? left[node]! : right[node]!
    }
    scores[row * stride + offset]! += value[node]!
  }
}
