import type { Pcg32 } from '../../numerics/index.ts'
import type { Tree } from './tree.ts'

const eulerGamma = 0.577_215_664_901_532_9

/** The mean path of an unsuccessful search in a binary search tree of `rows` keys: what a leaf's rows would still take to be apart. */
export function meanPath(rows: number): number {
  if (rows <= 1) return 0
  if (rows === 2) return 1
  return 2 * (Math.log(rows - 1) + eulerGamma) - (2 * (rows - 1)) / rows
}

/**
 * An isolation tree (Liu, Ting and Zhou 2008): branches on a column and a value between its least and largest one, both drawn, until each row
 * is alone, none differ, or the depth is log₂ of the rows. `matrix` row-major [rows, width]; missing values go to a side that is drawn. The
 * leaves' values are path lengths: branches from the root, and `meanPath` of the rows that are left.
 */
export function growIsolationTree(matrix: Float32Array, width: number, random: Pcg32): Tree {
  const rows = Array.from({ length: matrix.length / width }, (_, row) => row)
  const mostDepth = Math.ceil(Math.log2(Math.max(2, rows.length)))
  const nodes: {
    column: number
    threshold: number
    missingLeft: number
    left: number
    right: number
    value: number
    cover: number
  }[] = []
  const grow = (own: number[], depth: number): number => {
    const node = { column: 0, threshold: 0, missingLeft: 0, left: -1, right: -1, value: 0, cover: own.length }
    const place = nodes.push(node) - 1
    const branch = depth < mostDepth && own.length > 1 ? drawBranch(matrix, width, own, random) : null
    if (!branch) {
      node.value = depth + meanPath(own.length)
      return place
    }
    const { column, threshold, missingLeft } = branch
    const goesLeft = (row: number) => {
      const value = matrix[row * width + column]!
      return value <= threshold || (missingLeft === 1 && Number.isNaN(value))
    }
    Object.assign(node, branch)
    node.left = grow(own.filter(goesLeft), depth + 1)
    node.right = grow(
      own.filter(row => !goesLeft(row)),
      depth + 1,
    )
    return place
  }
  grow(rows, 0)
  return {
    column: Int32Array.from(nodes, each => each.column),
    threshold: Float32Array.from(nodes, each => each.threshold),
    bin: new Uint8Array(nodes.length),
    missingLeft: Uint8Array.from(nodes, each => each.missingLeft),
    members: nodes.map(() => null),
    left: Int32Array.from(nodes, each => each.left),
    right: Int32Array.from(nodes, each => each.right),
    value: Float32Array.from(nodes, each => each.value),
    cover: Int32Array.from(nodes, each => each.cover),
  }
}

/** Of a column drawn among those in which the rows differ; null where they differ in none. */
function drawBranch(matrix: Float32Array, width: number, rows: number[], random: Pcg32) {
  const columns = Array.from({ length: width }, (_, column) => column)
  for (let left = width; left > 0; left -= 1) {
    const at = random.nextBelow(left)
    const column = columns[at]!
    columns[at] = columns[left - 1]!
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    let missing = 0
    for (const row of rows) {
      const value = matrix[row * width + column]!
      if (Number.isNaN(value)) missing += 1
      if (!Number.isFinite(value)) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    if (low < high) {
      const drawn = Math.fround(low + random.nextFloat() * (high - low))
      return { column, threshold: drawn < high ? drawn : low, missingLeft: missing ? random.nextBelow(2) : 0 }
    }
    // All have one value or none: what is missing is told from what is there.
    if (low === high && missing) return { column, threshold: high, missingLeft: 0 }
  }
  return null
}
