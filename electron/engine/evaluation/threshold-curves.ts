import type { GainCurve, PrecisionRecallCurve, RocCurve } from '../../../shared/model/evaluation.ts'
import { argsort } from '../numerics/index.ts'

/** No point of a curve lies farther than this from the thinned one, in either direction. */
export const thinning = 0.001

/** Counts over the distinct scores, highest first: rows of the class and others whose score is at least the threshold. */
export interface Cumulative {
  threshold: number[]
  ofClass: number[]
  others: number[]
}

/** Rows that tie are taken together. Scores are finite; shape [rows] each. */
export function cumulate(scores: Float32Array, isOfClass: Uint8Array): Cumulative {
  const order = argsort(scores)
  const counts: Cumulative = { threshold: [], ofClass: [], others: [] }
  let ofClass = 0
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const row = order[i]!
    ofClass += isOfClass[row]!
    if (i > 0 && scores[order[i - 1]!] === scores[row]) continue
    counts.threshold.push(scores[row]!)
    counts.ofClass.push(ofClass)
    counts.others.push(order.length - i - ofClass)
  }
  return counts
}

/**
 * Receiver operating characteristic (Fawcett 2006, algorithm 1), from (0, 0) to (1, 1), with the area by trapezoids. Null without rows
 * of both kinds. `tolerance` 0 keeps every distinct point.
 */
export function rocCurve({ threshold, ofClass, others }: Cumulative, tolerance = thinning): RocCurve | null {
  const [positives, negatives] = [ofClass.at(-1) ?? 0, others.at(-1) ?? 0]
  if (positives === 0 || negatives === 0) return null
  const x = [0, ...others.map(count => count / negatives)]
  const y = [0, ...ofClass.map(count => count / positives)]
  let area = 0
  for (let i = 1; i < x.length; i += 1) area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2
  const kept = thin(x, y, tolerance)
  return {
    threshold: pick<number | null>([null, ...threshold], kept),
    falsePositiveRate: pick(x, kept),
    truePositiveRate: pick(y, kept),
    area,
  }
}

/**
 * Precision over recall, from recall 0 (where precision is 1 by convention), with the average precision Σ (Rᵢ − Rᵢ₋₁) Pᵢ. Null
 * without rows of both kinds.
 */
export function precisionRecallCurve(
  { threshold, ofClass, others }: Cumulative,
  tolerance = thinning,
): PrecisionRecallCurve | null {
  const positives = ofClass.at(-1) ?? 0
  if (positives === 0 || others.at(-1) === 0) return null
  const recall = [0, ...ofClass.map(count => count / positives)]
  const precision = [1, ...ofClass.map((count, i) => count / (count + others[i]!))]
  let averagePrecision = 0
  for (let i = 1; i < recall.length; i += 1) averagePrecision += (recall[i]! - recall[i - 1]!) * precision[i]!
  const kept = thin(recall, precision, tolerance)
  return {
    threshold: pick<number | null>([null, ...threshold], kept),
    precision: pick(precision, kept),
    recall: pick(recall, kept),
    averagePrecision,
  }
}

/** Share of the class caught over share of all rows taken, from (0, 0) to (1, 1). Null without rows of both kinds. */
export function gainCurve({ threshold, ofClass, others }: Cumulative, tolerance = thinning): GainCurve | null {
  const positives = ofClass.at(-1) ?? 0
  const rows = positives + (others.at(-1) ?? 0)
  if (positives === 0 || positives === rows) return null
  const share = [0, ...ofClass.map((count, i) => (count + others[i]!) / rows)]
  const captured = [0, ...ofClass.map(count => count / positives)]
  const kept = thin(share, captured, tolerance)
  return {
    threshold: pick<number | null>([null, ...threshold], kept),
    share: pick(share, kept),
    captured: pick(captured, kept),
  }
}

/** Positions of the points that stay: first, last, and each that is farther than the tolerance from the last that stayed. */
function thin(x: number[], y: number[], tolerance: number): number[] {
  const kept = [0]
  for (let i = 1; i < x.length - 1; i += 1) {
    const last = kept.at(-1)!
    if (tolerance === 0 || Math.max(Math.abs(x[i]! - x[last]!), Math.abs(y[i]! - y[last]!)) > tolerance) kept.push(i)
  }
  kept.push(x.length - 1)
  return kept
}

function pick<Value>(values: Value[], positions: number[]): Value[] {
  return positions.map(i => values[i]!)
}
