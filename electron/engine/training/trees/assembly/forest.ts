import { answerAt, openNode, searchNode, startNodes } from './forest-node'
import { branchAt, leafOf, setTreeSize, startTree } from './forest-tree'
import {
  attachForest,
  firstTree,
  forestArea,
  forestTrees,
  isBootstrapped,
  minRows,
  mostDepth,
  mostNodes,
  movedRows,
  outOfBag,
  rowBins,
  rowStride,
  rows,
  seed,
  sides,
  takeItem,
  treeRows,
  waiting,
} from './layout'
import { writeSides } from './partition'
import { randomBelow, seedRandom } from './random'
import { bestFeature } from './split'

/** A node that waits: its number, first row, count of rows, depth. */
const waitingBytes: usize = 16

/** Grows the trees of this command, each on one thread alone. */
export function growForest(): void {
  attachForest()
  for (let item = takeItem(); item < forestTrees(); item = takeItem()) {
    seedRandom(<u64>seed(), <u64>(firstTree() + item))
    startTree(forestArea(item))
    startNodes()
    growTree(outOfBag(item))
  }
}

/** Lists the rows of a tree: all, or as many as there are, drawn with replacement; `notDrawn` gets −1 for those, 0 for the others. */
function drawRows(notDrawn: usize): i32 {
  if (!isBootstrapped) {
    for (let row = 0; row < rows; row++) store<u64>(treeRows + ((<usize>row) << 3), ((<u64>1) << 32) | <u64>row)
    return rows
  }
  memory.fill(movedRows, 0, (<usize>rows) << 2)
  for (let i = 0; i < rows; i++) {
    const at = movedRows + ((<usize>randomBelow(rows)) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  let drawn = 0
  for (let row = 0; row < rows; row++) {
    const count = load<u32>(movedRows + ((<usize>row) << 2))
    store<u64>(treeRows + ((<usize>drawn) << 3), ((<u64>count) << 32) | <u64>row)
    drawn += count ? 1 : 0
    if (notDrawn) store<i32>(notDrawn + ((<usize>row) << 2), count ? -1 : 0)
  }
  return drawn
}

function growTree(notDrawn: usize): void {
  let nodes = 1
  let top = 0
  wait(top++, 0, 0, drawRows(notDrawn), 0)
  while (top > 0) {
    const at = waiting + <usize>--top * waitingBytes
    const node = load<i32>(at)
    const start = load<i32>(at, 4)
    const count = load<i32>(at, 8)
    const depth = load<i32>(at, 12)
    const first = treeRows + ((<usize>start) << 3)
    const weight = openNode(first, count)
    const isFinal = depth >= mostDepth || weight < 2 * minRows || nodes + 2 > mostNodes
    const split = isFinal ? 0 : searchNode(first, count)
    if (!split) {
      answerAt(node)
      continue
    }
    writeSides(split)
    const left = divide(first, count, load<i32>(split, bestFeature))
    branchAt(node, nodes, split, weight)
    // The smaller side goes first, so that few wait at a time.
    const isLeftSmall = 2 * left <= count
    if (!isLeftSmall) wait(top++, nodes, start, left, depth + 1)
    wait(top++, nodes + 1, start + left, count - left, depth + 1)
    if (isLeftSmall) wait(top++, nodes, start, left, depth + 1)
    nodes += 2
  }
  setTreeSize(nodes)
  if (!notDrawn) return
  for (let row = 0; row < rows; row++) {
    const at = notDrawn + ((<usize>row) << 2)
    if (load<i32>(at) === 0) store<i32>(at, leafOf(row))
  }
}

function wait(place: i32, node: i32, start: i32, count: i32, depth: i32): void {
  const at = waiting + <usize>place * waitingBytes
  store<i32>(at, node)
  store<i32>(at, start, 4)
  store<i32>(at, count, 8)
  store<i32>(at, depth, 12)
}

/** Puts the rows of a node that go left first, each side in its order; gives how many go left. */
function divide(first: usize, count: i32, feature: i32): i32 {
  const bins = rowBins + <usize>feature
  const stride = <usize>rowStride
  let left = first
  let right = movedRows
  for (let at = first, end = first + ((<usize>count) << 3); at < end; at += 8) {
    const entry = load<u64>(at)
    const isLeft = <usize>load<u8>(sides + <usize>load<u8>(bins + <usize>(<u32>entry) * stride))
    store<u64>(left, entry)
    store<u64>(right, entry)
    left += isLeft << 3
    right += (1 - isLeft) << 3
  }
  memory.copy(left, movedRows, right - movedRows)
  return <i32>((left - first) >> 3)
}
