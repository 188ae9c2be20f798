import { z } from 'zod'
import { Id } from './ids.ts'
import { Task } from './run.ts'

/** Points of a curve over the threshold, from the strictest to the mildest; parallel arrays. */
const Thresholds = z.object({
  /** A row counts as of the class when its score is at least this; null stands above every score. */
  threshold: z.array(z.number().nullable()),
})

export const RocCurve = Thresholds.extend({
  falsePositiveRate: z.array(z.number()),
  truePositiveRate: z.array(z.number()),
  area: z.number(),
})
export type RocCurve = z.infer<typeof RocCurve>

export const PrecisionRecallCurve = Thresholds.extend({
  precision: z.array(z.number()),
  recall: z.array(z.number()),
  averagePrecision: z.number(),
})
export type PrecisionRecallCurve = z.infer<typeof PrecisionRecallCurve>

/** What is caught of the class when the rows of the highest scores are taken; captured / share is the lift. */
export const GainCurve = Thresholds.extend({
  /** Of all rows. */
  share: z.array(z.number()),
  /** Of the rows of the class. */
  captured: z.array(z.number()),
})
export type GainCurve = z.infer<typeof GainCurve>

/** Rows whose scores lie between two tenths. Tenths without rows are left out. */
export const CalibrationBin = z.object({
  count: z.number().int(),
  meanPredicted: z.number(),
  observedShare: z.number(),
})
export type CalibrationBin = z.infer<typeof CalibrationBin>

/** Bin i of n holds the scores from i/n to (i+1)/n, the upper end left out but for the last: exact counts at every n-th. */
export const ScoreHistogram = z.object({ ofClass: z.array(z.number().int()), others: z.array(z.number().int()) })
export type ScoreHistogram = z.infer<typeof ScoreHistogram>

/** One class against the rest. Curves are null where the test rows hold only one of the two. */
export const ClassDiagnostics = z.object({
  /** Index in the run's classes. */
  class: z.number().int(),
  roc: RocCurve.nullable(),
  precisionRecall: PrecisionRecallCurve.nullable(),
  gain: GainCurve.nullable(),
  calibration: z.array(CalibrationBin),
  scores: ScoreHistogram,
})
export type ClassDiagnostics = z.infer<typeof ClassDiagnostics>

export const RegressionDiagnostics = z.object({
  /** Evenly spaced test rows, at most 2,000. */
  truth: z.array(z.number()),
  predicted: z.array(z.number()),
  /** Of predicted − true: counts between equally spaced edges, one more than counts. */
  residuals: z.object({ edges: z.array(z.number()), counts: z.array(z.number().int()) }),
  /** Q-Q: residuals less their mean, in their standard deviations, beside a normal distribution's; empty where all are equal. */
  quantiles: z.object({ normal: z.array(z.number()), residual: z.array(z.number()) }),
})
export type RegressionDiagnostics = z.infer<typeof RegressionDiagnostics>

/** What a run's test predictions look like beneath its metrics. */
export const Diagnostics = z.object({
  run: Id,
  task: Task,
  classes: z.array(z.string()),
  rows: z.number().int(),
  /** Null for regression and clusters. */
  oneAgainstRest: ClassDiagnostics.nullable(),
  /** Rows of true class i whose highest probability is class j; null for regression. */
  confusion: z.array(z.array(z.number().int())).nullable(),
  regression: RegressionDiagnostics.nullable(),
})
export type Diagnostics = z.infer<typeof Diagnostics>
