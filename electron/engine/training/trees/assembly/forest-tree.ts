import { areSets, classes, columns, cutCounts, featuresOf, mostNodes, rowBins, rowStride } from './layout'
import { bestBin, bestFeature, bestMembers, bestMissingLeft } from './split'

/**
 * The tree under way, as arrays one after the other: counts of nodes, leaves and sets in 64 bytes; i32 left (−1: a leaf), column, cover, place
 * (of a leaf among the leaves, of a branch on categories among those), f32 value, u8 bin, u8 missing side, all [mostNodes]; f32
 * [mostNodes / 2, classes] shares of the leaves; u32 [sets, 8] members.
 */
let tree: usize = 0
let leaves: i32 = 0
let sets: i32 = 0

function field(index: usize, node: i32): usize {
  return tree + 64 + index * ((<usize>mostNodes) << 2) + ((<usize>node) << 2)
}

function small(index: usize, node: i32): usize {
  return tree + 64 + 20 * <usize>mostNodes + index * <usize>mostNodes + <usize>node
}

/** A bit for each bin that goes left. */
function membersAt(set: i32): usize {
  const shares = (<usize>mostNodes * <usize>classes) << 1
  return tree + 64 + 22 * <usize>mostNodes + shares + ((<usize>set) << 5)
}

export function startTree(at: usize): void {
  tree = at
  leaves = 0
  sets = 0
}

export function setTreeSize(nodes: i32): void {
  store<i32>(tree, nodes)
  store<i32>(tree, leaves, 4)
  store<i32>(tree, sets, 8)
}

/** Makes a node a branch with children `left` and `left + 1`. */
export function branchAt(node: i32, left: i32, split: usize, weight: i32): void {
  const feature = <usize>load<i32>(split, bestFeature)
  store<i32>(field(0, node), left)
  store<i32>(field(1, node), load<i32>(columns + (feature << 2)))
  store<i32>(field(2, node), weight)
  store<i32>(field(3, node), sets)
  store<u8>(small(0, node), load<i32>(split, bestBin))
  store<u8>(small(1, node), load<i32>(split, bestMissingLeft))
  if (load<u8>(areSets + feature)) {
    memory.copy(membersAt(sets), split + bestMembers, 32)
    sets++
  }
}

export function leafAt(node: i32, weight: i32): void {
  store<i32>(field(0, node), -1)
  store<i32>(field(2, node), weight)
  store<i32>(field(3, node), leaves++)
}

/** The leaf that a training row falls into. */
export function leafOf(row: i32): i32 {
  const bins = rowBins + <usize>row * <usize>rowStride
  let node = 0
  for (let left = load<i32>(field(0, 0)); left >= 0; left = load<i32>(field(0, node))) {
    const feature = <usize>load<i32>(featuresOf + ((<usize>load<i32>(field(1, node))) << 2))
    const bin = <i32>load<u8>(bins + feature)
    node = goesLeft(node, feature, bin) ? left : left + 1
  }
  return node
}

function goesLeft(node: i32, feature: usize, bin: i32): bool {
  if (load<u8>(areSets + feature)) {
    const own = membersAt(load<i32>(field(3, node)))
    return ((load<u32>(own + ((<usize>(bin >> 5)) << 2)) >> (bin & 31)) & 1) === 1
  }
  if (bin > load<i32>(cutCounts + (feature << 2))) return load<u8>(small(1, node)) === 1
  return bin <= <i32>load<u8>(small(0, node))
}

export function valueAt(node: i32, value: f32): void {
  store<f32>(field(4, node), value)
}

/** Of the last leaf. */
export function shareAt(k: i32, share: f32): void {
  const at = tree + 64 + 22 * <usize>mostNodes + ((<usize>(leaves - 1) * <usize>classes + <usize>k) << 2)
  store<f32>(at, share)
}
