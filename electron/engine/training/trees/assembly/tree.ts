import { columns, mostLeaves, outputs, sides, treesAt } from './layout'
import { bestBin, bestFeature, bestMissingLeft } from './split'

/** A tree lies as leaves and branches of 64 bytes; node 0 is the root, a leaf has left −1. */
const nodeBytes: usize = 64
const nodeLeft: usize = 0
const nodeFeature: usize = 4
const nodeColumn: usize = 8
const nodeBin: usize = 12
const nodeMissingLeft: usize = 16
const nodeValue: usize = 20
/** A bit for each bin that goes left. */
const nodeSides: usize = 24
/** How many of the rows that it was grown on reach it. */
const nodeRows: usize = 56

/** Where the tree of output `k` of this round lies; the eight bytes before it hold how many nodes it has. */
export function treeOf(k: i32): usize {
  return treesAt + <usize>k * (<usize>(2 * mostLeaves - 1) * nodeBytes + 8) + 8
}

export function setNodes(tree: usize, count: i32): void {
  store<i32>(tree - 8, count)
}

/** Makes a node a branch with children `left` and `left + 1`, by the best split of its leaf, by which `sides` was written. */
export function branch(tree: usize, node: i32, left: i32, split: usize, rows: i32): void {
  const at = tree + <usize>node * nodeBytes
  const feature = load<i32>(split, bestFeature)
  store<i32>(at, left, nodeLeft)
  store<i32>(at, rows, nodeRows)
  store<i32>(at, feature, nodeFeature)
  store<i32>(at, load<i32>(columns + ((<usize>feature) << 2)), nodeColumn)
  store<i32>(at, load<i32>(split, bestBin), nodeBin)
  store<i32>(at, load<i32>(split, bestMissingLeft), nodeMissingLeft)
  for (let word: usize = 0; word < 8; word++) {
    let bits: u32 = 0
    for (let bit: usize = 0; bit < 32; bit++) bits |= (<u32>load<u8>(sides + (word << 5) + bit)) << (<u32>bit)
    store<u32>(at + (word << 2), bits, nodeSides)
  }
}

/** What the leaf at a node adds to the score. */
export function leafAdds(tree: usize, node: i32): f32 {
  return load<f32>(tree + <usize>node * nodeBytes, nodeValue)
}

export function leafValue(tree: usize, node: i32, value: f32, rows: i32): void {
  const at = tree + <usize>node * nodeBytes
  store<i32>(at, -1, nodeLeft)
  store<f32>(at, value, nodeValue)
  store<i32>(at, rows, nodeRows)
}

/** Adds the tree's values to the scores of rows of row-major bins. */
export function addScores(tree: usize, bins: usize, stride: i32, from: i32, to: i32, scores: usize, k: i32): void {
  for (let row = from; row < to; row++) addScore(tree, bins, stride, row, scores, k)
}

export function addScore(tree: usize, bins: usize, stride: i32, row: i32, scores: usize, k: i32): void {
  const at = bins + <usize>row * <usize>stride
  let node = tree
  let left = load<i32>(node, nodeLeft)
  while (left >= 0) {
    const bin = <i32>load<u8>(at + <usize>load<i32>(node, nodeFeature))
    const goesLeft = (load<u32>(node + ((<usize>(bin >> 5)) << 2), nodeSides) >> (bin & 31)) & 1
    node = tree + <usize>(left + 1 - <i32>goesLeft) * nodeBytes
    left = load<i32>(node, nodeLeft)
  }
  const score = scores + ((<usize>row * <usize>outputs + <usize>k) << 2)
  store<f32>(score, load<f32>(score) + load<f32>(node, nodeValue))
}
