import type {
  CalibrationBin,
  ClassDiagnostics,
  RegressionDiagnostics,
  ScoreHistogram,
} from '../../../shared/model/evaluation.ts'
import { normalQuantile, quantileOfSorted, variance } from '../numerics/index.ts'
import { cumulate, gainCurve, precisionRecallCurve, rocCurve } from './threshold-curves.ts'

const calibrationBins = 10
const scoreBins = 200
const residualBins = 40
const sampledRows = 2000
const quantilePoints = 200

/** Row-major probabilities [rows, classCount] and the index of each row's true class [rows]. */
export interface ClassifiedRows {
  truth: ArrayLike<number>
  predictions: Float32Array
  classCount: number
}

/** Class `k` against the rest. */
export function diagnoseClass({ truth, predictions, classCount }: ClassifiedRows, k: number): ClassDiagnostics {
  const scores = Float32Array.from({ length: truth.length }, (_, row) => predictions[row * classCount + k]!)
  const isOfClass = Uint8Array.from(truth, value => Number(value === k))
  const counts = cumulate(scores, isOfClass)
  return {
    class: k,
    roc: rocCurve(counts),
    precisionRecall: precisionRecallCurve(counts),
    gain: gainCurve(counts),
    calibration: calibrate(scores, isOfClass),
    scores: countScores(scores, isOfClass),
  }
}

/** Mean score against the share of rows of the class, a tenth of the scores each; a score on an edge falls below it. */
export function calibrate(scores: Float32Array, isOfClass: Uint8Array): CalibrationBin[] {
  const bins = Array.from({ length: calibrationBins }, () => ({ count: 0, sum: 0, ofClass: 0 }))
  for (let row = 0; row < scores.length; row += 1) {
    const at = Math.ceil(scores[row]! * calibrationBins) - 1
    const bin = bins[Math.min(calibrationBins - 1, Math.max(0, at))]!
    bin.count += 1
    bin.sum += scores[row]!
    bin.ofClass += isOfClass[row]!
  }
  return bins
    .filter(({ count }) => count > 0)
    .map(({ count, sum, ofClass }) => ({ count, meanPredicted: sum / count, observedShare: ofClass / count }))
}

/** Counts in bins of the score; a score of 1 is in the last. */
export function countScores(scores: Float32Array, isOfClass: Uint8Array): ScoreHistogram {
  const ofClass = new Array<number>(scoreBins).fill(0)
  const others = new Array<number>(scoreBins).fill(0)
  for (let row = 0; row < scores.length; row += 1) {
    const bin = Math.min(scoreBins - 1, Math.max(0, Math.floor(scores[row]! * scoreBins)))
    const counts = isOfClass[row] ? ofClass : others
    counts[bin]! += 1
  }
  return { ofClass, others }
}

/** Rows by true class and by the class of the highest probability; the earlier class wins a tie. */
export function confusionMatrix({ truth, predictions, classCount }: ClassifiedRows): number[][] {
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0))
  for (let row = 0; row < truth.length; row += 1) {
    let best = 0
    for (let k = 1; k < classCount; k += 1) {
      if (predictions[row * classCount + k]! > predictions[row * classCount + best]!) best = k
    }
    matrix[truth[row]!]![best]! += 1
  }
  return matrix
}

/** A sample of true and predicted values, and all residuals as a histogram between the least and the greatest. */
export function diagnoseRegression(truth: ArrayLike<number>, predictions: Float32Array): RegressionDiagnostics {
  const rows = truth.length
  const residuals = Float64Array.from(predictions, (value, row) => value - truth[row]!)
  const low = residuals.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = residuals.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const width = high > low ? (high - low) / residualBins : 1
  const counts = new Array<number>(rows ? residualBins : 0).fill(0)
  for (const value of residuals) counts[Math.min(residualBins - 1, Math.floor((value - low) / width))]! += 1
  const edges = rows ? Array.from({ length: residualBins + 1 }, (_, i) => low + i * width) : []
  const sampled = Array.from({ length: Math.min(rows, sampledRows) }, (_, i) =>
    Math.floor((i * rows) / Math.min(rows, sampledRows)),
  )
  return {
    truth: sampled.map(row => truth[row]!),
    predicted: sampled.map(row => predictions[row]!),
    residuals: { edges, counts },
    quantiles: quantilesOf(residuals),
  }
}

/** At the middles of equal shares of the rows. */
function quantilesOf(residuals: Float64Array): RegressionDiagnostics['quantiles'] {
  const spread = Math.sqrt(variance(residuals))
  if (!(spread > 0)) return { normal: [], residual: [] }
  const mean = residuals.reduce((sum, value) => sum + value / residuals.length, 0)
  const sorted = residuals.toSorted()
  const count = Math.min(residuals.length, quantilePoints)
  const shares = Array.from({ length: count }, (_, i) => (i + 0.5) / count)
  return {
    normal: shares.map(normalQuantile),
    residual: shares.map(share => (quantileOfSorted(sorted, share) - mean) / spread),
  }
}
