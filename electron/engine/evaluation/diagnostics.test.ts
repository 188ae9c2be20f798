import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { normalQuantile } from '../numerics/index.ts'
import { calibrate, confusionMatrix, diagnoseClass, diagnoseRegression } from './diagnostics.ts'
import { evaluate } from './evaluate.ts'
import { cumulate, gainCurve, precisionRecallCurve, rocCurve, thinning } from './threshold-curves.ts'

/** Computed by scikit-learn 1.9.1: roc_curve (all points), precision_recall_curve (reversed), calibration_curve (10 bins), on tied scores. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'diagnostics.golden.json'), 'utf8')) as {
  truth: number[]
  scores: number[]
  roc: { falsePositiveRate: number[]; truePositiveRate: number[]; threshold: number[]; area: number }
  precisionRecall: { precision: number[]; recall: number[]; averagePrecision: number }
  calibration: { observedShare: number[]; meanPredicted: number[] }
  confusionAtHalf: [[number, number], [number, number]]
}
const scores = Float32Array.from(golden.scores)
const isOfClass = Uint8Array.from(golden.truth)
const counts = cumulate(scores, isOfClass)

function areClose(actual: readonly (number | null)[], expected: readonly number[], digits = 8): void {
  expect(actual).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) expect(actual[i]!, `at ${i}`).toBeCloseTo(value, digits)
}

test('ROC points, thresholds and area are those of scikit-learn', () => {
  const roc = rocCurve(counts, 0)!
  areClose(roc.falsePositiveRate, golden.roc.falsePositiveRate)
  areClose(roc.truePositiveRate, golden.roc.truePositiveRate)
  expect(roc.threshold[0]).toBeNull()
  areClose(roc.threshold.slice(1), golden.roc.threshold, 6)
  expect(roc.area).toBeCloseTo(golden.roc.area, 10)
})

test("the area is the run's own metric", async () => {
  const both = Float32Array.from({ length: 2 * scores.length }, (_, i) =>
    i % 2 ? scores[i >> 1]! : 1 - scores[i >> 1]!,
  )
  const truth = Float64Array.from(golden.truth)
  const { metrics } = await evaluate({ task: 'binary', classes: ['no', 'yes'], truth, predictions: both, seed: 1 })
  expect(rocCurve(counts)!.area).toBeCloseTo(metrics.auc!, 10)
})

test('precision and recall are those of scikit-learn', () => {
  const curve = precisionRecallCurve(counts, 0)!
  areClose(curve.precision, golden.precisionRecall.precision)
  areClose(curve.recall, golden.precisionRecall.recall)
  expect(curve.averagePrecision).toBeCloseTo(golden.precisionRecall.averagePrecision, 10)
})

test('calibration bins are those of scikit-learn, and hold every row', () => {
  const bins = calibrate(scores, isOfClass)
  areClose(
    bins.map(bin => bin.observedShare),
    golden.calibration.observedShare,
  )
  areClose(
    bins.map(bin => bin.meanPredicted),
    golden.calibration.meanPredicted,
    6,
  )
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(scores.length)
})

test('the histogram of scores gives the confusion matrix at a threshold', () => {
  const predictions = Float32Array.from(golden.scores.flatMap(score => [1 - score, score]))
  const { scores: bins } = diagnoseClass({ truth: golden.truth, predictions, classCount: 2 }, 1)
  const from = (values: number[], bin: number) => values.slice(bin).reduce((sum, count) => sum + count, 0)
  const [[trueNegatives, falsePositives], [falseNegatives, truePositives]] = golden.confusionAtHalf
  expect(from(bins.ofClass, 100)).toBe(truePositives)
  expect(from(bins.others, 100)).toBe(falsePositives)
  expect(from(bins.ofClass, 0)).toBe(truePositives + falseNegatives)
  expect(from(bins.others, 0)).toBe(trueNegatives + falsePositives)
})

test('a thinned curve stays within the stated distance of every point', () => {
  const rows = 50_000
  const long = Float32Array.from({ length: rows }, (_, i) => i / rows)
  const kinds = Uint8Array.from({ length: rows }, (_, i) => Number((i * 7919) % rows < i))
  const cumulative = cumulate(long, kinds)
  const [whole, thinned] = [rocCurve(cumulative, 0)!, rocCurve(cumulative)!]
  expect(whole.threshold).toHaveLength(rows + 1)
  expect(thinned.threshold.length).toBeLessThan(2 / thinning)
  expect(thinned.area).toBe(whole.area)
  let kept = 0
  for (const [i, x] of whole.falsePositiveRate.entries()) {
    if (thinned.threshold[kept + 1] === whole.threshold[i]) kept += 1
    const nearest = Math.max(
      Math.abs(x - thinned.falsePositiveRate[kept]!),
      Math.abs(whole.truePositiveRate[i]! - thinned.truePositiveRate[kept]!),
    )
    expect(nearest).toBeLessThanOrEqual(thinning)
  }
})

test('rows of one kind have no curve', () => {
  const one = diagnoseClass({ truth: [0, 0], predictions: Float32Array.of(0.9, 0.1, 0.2, 0.8), classCount: 2 }, 1)
  expect(one.roc).toBeNull()
  expect(one.precisionRecall).toBeNull()
  expect(one.calibration).toHaveLength(2)
})

test('the confusion matrix counts true class by predicted class', () => {
  const predictions = Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.2, 0.7, 0.4, 0.4, 0.2)
  expect(confusionMatrix({ truth: [0, 1, 2], predictions, classCount: 3 })).toEqual([
    [1, 0, 0],
    [0, 0, 1],
    [1, 0, 0],
  ])
})

test('residuals are predicted minus true, all counted; the sample is thinned evenly', () => {
  const truth = Array.from({ length: 5000 }, (_, i) => i)
  const predicted = Float32Array.from(truth, value => value + (value % 2 ? 1 : -3))
  const { residuals, truth: sample } = diagnoseRegression(truth, predicted)
  expect(sample).toHaveLength(2000)
  expect([residuals.edges[0], residuals.edges.at(-1)]).toEqual([-3, 1])
  expect([residuals.counts[0], residuals.counts.at(-1)]).toEqual([2500, 2500])
  expect(diagnoseRegression([], new Float32Array()).residuals.counts).toEqual([])
  expect(diagnoseRegression([1, 2], Float32Array.of(1, 2)).residuals.counts[0]).toBe(2)
})

test('gain is the share of the class caught among the rows of the highest scores', () => {
  const scores = Float32Array.of(0.9, 0.8, 0.8, 0.4, 0.2)
  const gain = gainCurve(cumulate(scores, Uint8Array.of(1, 1, 0, 0, 1)), 0)!
  expect(gain.threshold.map(each => each && Math.fround(each))).toEqual([
    null,
    ...[0.9, 0.8, 0.4, 0.2].map(Math.fround),
  ])
  expect(gain.share).toEqual([0, 0.2, 0.6, 0.8, 1])
  expect(gain.captured).toEqual([0, 1 / 3, 2 / 3, 2 / 3, 1])
  expect(gainCurve(cumulate(scores, new Uint8Array(5)))).toBeNull()
})

test("quantiles of the normal distribution are SciPy 1.17.1's, and those of residuals stand beside them", () => {
  const expected = [
    [1e-12, -7.034483825301131],
    [0.001, -3.090232306167813],
    [0.2, -0.8416212335729142],
    [0.5, 0],
    [0.975, 1.959963984540054],
  ]
  for (const [share, quantile] of expected) expect(normalQuantile(share!)).toBeCloseTo(quantile!, 12)
  const { quantiles } = diagnoseRegression([0, 0, 0, 0], Float32Array.of(1, 2, 3, 4))
  const spread = Math.sqrt(5 / 3)
  expect(quantiles.normal[0]).toBeCloseTo(-1.1503493803760083, 12)
  expect(quantiles.residual[0]).toBeCloseTo((1.375 - 2.5) / spread, 12)
  expect(diagnoseRegression([1, 1], Float32Array.of(2, 2)).quantiles.normal).toEqual([])
})
