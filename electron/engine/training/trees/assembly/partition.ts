import { areSets, columnBins, cutCounts, moved, order, rows, sides } from './layout'
import { leafCount, leafStart } from './leaf'
import { bestBin, bestFeature, bestMembers, bestMissingLeft } from './split'

/** Writes which bins go left by the split of a leaf. */
export function writeSides(leaf: usize): void {
  const feature = load<i32>(leaf, bestFeature)
  memory.fill(sides, 0, 256)
  if (load<u8>(areSets + <usize>feature)) {
    for (let bin: usize = 0; bin < 256; bin++) {
      store<u8>(sides + bin, (load<u32>(leaf + bestMembers + ((bin >> 5) << 2)) >> (<u32>bin & 31)) & 1)
    }
    return
  }
  memory.fill(sides, 1, <usize>load<i32>(leaf, bestBin) + 1)
  const missing = <usize>load<i32>(cutCounts + ((<usize>feature) << 2)) + 1
  store<u8>(sides + missing, load<i32>(leaf, bestMissingLeft))
}

/** Puts own rows of a leaf that go left first, each side in its order; gives how many go left. */
export function partition(leaf: usize): i32 {
  writeSides(leaf)
  const bins = columnBins + <usize>load<i32>(leaf, bestFeature) * rows
  const first = order + ((<usize>load<i32>(leaf, leafStart)) << 2)
  const end = first + ((<usize>load<i32>(leaf, leafCount)) << 2)
  const away = moved + ((<usize>load<i32>(leaf, leafStart)) << 2)
  let left = first
  let right = away
  for (let at = first; at < end; at += 4) {
    const row = load<u32>(at)
    const isLeft = <usize>load<u8>(sides + <usize>load<u8>(bins + <usize>row))
    store<u32>(left, row)
    store<u32>(right, row)
    left += isLeft << 2
    right += (1 - isLeft) << 2
  }
  memory.copy(left, away, right - away)
  return <i32>((left - first) >> 2)
}
