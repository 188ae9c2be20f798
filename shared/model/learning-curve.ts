import { z } from 'zod'
import { Interval } from './examination.ts'
import { Id } from './ids.ts'
import { PairedDifference } from './run.ts'

/** The run's algorithm and settings on so many of its training rows. */
export const LearningPoint = z.object({
  rows: z.number().int(),
  /** On the test rows: one a draw of the rows. */
  draws: z.array(z.number()),
  mean: z.number(),
  /** 95 %: of the luck of the test rows, and of which rows were drawn. */
  interval: Interval,
  /** On the rows that it learned from, mean over the draws; null where the metric is undefined there. */
  learned: z.number().nullable(),
})
export type LearningPoint = z.infer<typeof LearningPoint>

/** The score against the number of training rows: would more of them help? */
export const LearningCurve = z.object({
  run: Id,
  metric: z.string(),
  testRows: z.number().int(),
  /** Ascending; the last with all training rows. */
  points: z.array(LearningPoint).min(2),
  /** All rows against half of them, on the same test rows. */
  lastDoubling: PairedDifference,
  seconds: z.number(),
})
export type LearningCurve = z.infer<typeof LearningCurve>
