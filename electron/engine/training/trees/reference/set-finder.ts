import { binStride, type Histogram } from './histogram.ts'
import { leastHessian, type NodeSplit, type SplitRules, type Sums } from './split-finder.ts'

const fewCategories = 4
const mostMembers = 32
const smoothing = 10

/**
 * The best split of a leaf on a column of `categories`: few are each held against all others; more are put into the order of gradient by
 * hessian, and the ends of it are.
 */
export function findSet(
  histogram: Histogram,
  column: number,
  categories: number,
  total: Sums,
  { l2, minRows, leastGain, groupRows }: SplitRules,
): NodeSplit | null {
  const isFew = categories <= fewCategories
  const bins = Array.from({ length: categories }, (_, bin) => {
    const at = column * binStride + bin
    return { bin, count: histogram.count[at]!, gradient: histogram.gradient[at]!, hessian: histogram.hessian[at]! }
  })
  const key = (bin: (typeof bins)[number]) => bin.gradient / (bin.hessian + smoothing)
  const ordered = bins
    .filter(({ count }) => isFew || count >= smoothing)
    .sort((a, b) => key(a) - key(b) || a.bin - b.bin)
  const most = isFew ? ordered.length : Math.min(mostMembers, (ordered.length + 1) >> 1)
  const pull = isFew ? l2 : l2 + smoothing
  const sets = isFew
    ? ordered.map(bin => [bin])
    : [ordered, ordered.toReversed()].flatMap(from => Array.from({ length: most }, (_, i) => from.slice(0, i + 1)))
  let best: NodeSplit | null = null
  let grouped = 0
  for (const set of sets) {
    if (set.length === 1) grouped = 0
    const sum = (of: 'count' | 'gradient' | 'hessian') => set.reduce((all, bin) => all + bin[of], 0)
    const [count, gradient, hessian] = [sum('count'), sum('gradient'), sum('hessian')]
    const right = { count: total.count - count, gradient: total.gradient - gradient, hessian: total.hessian - hessian }
    if (count < minRows || hessian < leastHessian || right.count < minRows || right.hessian < leastHessian) continue
    if (!isFew && (right.count < groupRows || count - grouped < groupRows)) continue
    grouped = count
    const gain =
      gradient ** 2 / (hessian + pull) +
      right.gradient ** 2 / (right.hessian + pull) -
      total.gradient ** 2 / (total.hessian + l2)
    if (gain > leastGain && (best === null || gain > best.gain)) {
      const members = Int32Array.from(set, ({ bin }) => bin).sort()
      best = { column, bin: 0, missingLeft: false, gain, leftGradient: gradient, leftHessian: hessian, members }
    }
  }
  return best
}
