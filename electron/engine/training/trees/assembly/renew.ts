import { sortFloats } from './bins'
import {
  alpha,
  gradients,
  leafBytes,
  learningRate,
  mostLeaves,
  moved,
  order,
  scores,
  sortCounts,
  takeItem,
  target,
  thread,
  threads,
} from './layout'
import { leafAt, leafCount, leafNode, leafRows, leafStart } from './leaf'
import { meet } from './meet'
import { bestGain } from './split'
import { leafAdds, leafValue } from './tree'

/**
 * Gives each of the tree's leaves the quantile of what its drawn rows are above their scores, since the gradients of a quantile tell only
 * the side (Friedman 2001, "Greedy function approximation", 4.2). Of one output; the threads meet twice.
 */
export function renewLeaves(tree: usize, count: i32): void {
  meet()
  let from: usize = 0
  let known = 0
  for (let i = takeItem(); i < count; i = takeItem()) {
    for (; known < i; known++) from += (<usize>load<i32>(leafAt(known), leafRows)) << 2
    const leaf = leafAt(i)
    const rows = load<i32>(leaf, leafRows)
    let value: f32 = 0
    if (rows > 0) {
      gather(i, moved + from)
      // The gradients have been packed, and their place is free until the next ones.
      sortFloats(moved + from, rows, gradients + from, sortCounts)
      value = <f32>(quantile(gradients + from, rows) * learningRate)
    }
    leafValue(tree, load<i32>(leaf, leafNode), value, rows)
  }
  meet()
  for (let i = 0; i < count; i++) store<f32>(leafAt(i), leafAdds(tree, load<i32>(leafAt(i), leafNode)), bestGain)
}

/** Target less score of a leaf's rows, those of all threads. */
function gather(index: i32, into: usize): void {
  for (let t = 0; t < threads; t++) {
    const leaf = leafAt(index) + (<usize>t - <usize>thread) * <usize>mostLeaves * leafBytes
    const first = order + ((<usize>load<i32>(leaf, leafStart)) << 2)
    for (let at = first, end = first + ((<usize>load<i32>(leaf, leafCount)) << 2); at < end; at += 4) {
      const row = (<usize>load<u32>(at)) << 2
      store<f32>(into, load<f32>(target + row) - load<f32>(scores + row))
      into += 4
    }
  }
}

/** On the line between the two of the ascending values about it (`quantileOf` in `losses.ts` is the same). */
function quantile(sorted: usize, count: i32): f64 {
  const place = alpha * <f64>(count - 1)
  const at = sorted + ((<usize>place) << 2)
  const low = <f64>load<f32>(at)
  const rest = place - floor(place)
  return rest > 0 ? low + (<f64>load<f32>(at, 4) - low) * rest : low
}
