import type { BinnedMatrix } from './bins.ts'
import { binStride, type Histogram } from './histogram.ts'
import { findSet } from './set-finder.ts'

export interface SplitRules {
  /** Added to the sum of second derivatives of a leaf. */
  l2: number
  /** Fewest rows of a leaf. */
  minRows: number
  /** What a split must gain more than. */
  leastGain: number
  /** Fewest rows of a group of categories. */
  groupRows: number
}

export interface NodeSplit {
  column: number
  /** Bins 0 to this one go left. */
  bin: number
  missingLeft: boolean
  gain: number
  leftGradient: number
  leftHessian: number
  /** Categories that go left, ascending. */
  members: Int32Array | null
}

export interface Sums {
  count: number
  gradient: number
  hessian: number
}

export const leastHessian = 1e-3

/**
 * The split of a leaf with the largest gain GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ) (Chen and Guestrin, KDD 2016, eq. 7, without ½ and γ); rows with
 * a missing value go to the side where the gain is larger. Ties go to the first column and the lowest bin. Null where none gains.
 */
export function findSplit(
  histogram: Histogram,
  { thresholds, areSets }: Pick<BinnedMatrix, 'thresholds' | 'areSets'>,
  features: Int32Array,
  total: Sums,
  rules: SplitRules,
): NodeSplit | null {
  const whole = total.gradient ** 2 / (total.hessian + rules.l2)
  let best: NodeSplit | null = null
  for (const column of features) {
    if (areSets[column]) {
      const found = findSet(histogram, column, thresholds[column]!.length, total, rules)
      if (found && (best === null || found.gain > best.gain)) best = found
      continue
    }
    const base = column * binStride
    const cuts = thresholds[column]!.length
    const missing = base + cuts + 1
    const absent = histogram.count[missing]!
    for (const missingLeft of absent ? [false, true] : [false]) {
      let count = missingLeft ? absent : 0
      let gradient = missingLeft ? histogram.gradient[missing]! : 0
      let hessian = missingLeft ? histogram.hessian[missing]! : 0
      for (let bin = 0; bin < cuts; bin += 1) {
        const at = base + bin
        if (histogram.count[at] === 0) continue
        count += histogram.count[at]!
        gradient += histogram.gradient[at]!
        hessian += histogram.hessian[at]!
        if (count < rules.minRows || hessian < leastHessian) continue
        const rightHessian = total.hessian - hessian
        if (total.count - count < rules.minRows || rightHessian < leastHessian) break
        const rightGradient = total.gradient - gradient
        const gain = gradient ** 2 / (hessian + rules.l2) + rightGradient ** 2 / (rightHessian + rules.l2) - whole
        if (gain > rules.leastGain && (best === null || gain > best.gain)) {
          best = { column, bin, missingLeft, gain, leftGradient: gradient, leftHessian: hessian, members: null }
        }
      }
    }
  }
  return best
}
