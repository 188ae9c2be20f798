import { z } from 'zod'
import { CheckResult } from './check.ts'
import { RowFilter } from './dataset.ts'
import { Id } from './ids.ts'
import { DeviceId } from './run.ts'

export const Interval = z.tuple([z.number(), z.number()])

/**
 * Rows on which the model loses more than on the others. Found on one half of the test rows; what is told of the losses comes from the other half,
 * so that having looked at many slices does not flatter it.
 */
export const WeakSlice = z.object({
  /** All of them hold; as the Data room filters rows. */
  where: z.array(RowFilter).min(1).max(4),
  /** Of all test rows. */
  rows: z.number().int(),
  /** Of the half that confirmed it. */
  confirmedBy: z.number().int(),
  /** Mean loss of its rows, and of the others. */
  loss: z.number(),
  rest: z.number(),
  /** loss − rest, with its 95 % interval. */
  rise: z.number(),
  interval: Interval,
  /** Expected share of chance finds among all slices that are at least as sure (Benjamini and Hochberg 1995). */
  falseDiscoveryRate: z.number(),
})
export type WeakSlice = z.infer<typeof WeakSlice>

/** A share of rows with its 95 % interval; null where there are no rows to tell it from. */
export const Rate = z.object({ value: z.number(), interval: Interval, rows: z.number().int() }).nullable()
export type Rate = z.infer<typeof Rate>

export const FairnessGroup = z.object({
  /** Null: missing. */
  group: z.string().nullable(),
  rows: z.number().int(),
  /** Share of rows that are predicted right; null for numbers. */
  accuracy: Rate,
  /** Of two classes: share that is predicted positive, of the positive rows, of the others. */
  selected: Rate,
  truePositive: Rate,
  falsePositive: Rate,
  /** Mean of predicted − true; numbers only. */
  bias: Rate,
  /** Mean loss less that of all other rows, with its 95 % interval. */
  rise: z.number(),
  interval: Interval,
  /** So few rows that the rates say little. */
  isSmall: z.boolean(),
})
export type FairnessGroup = z.infer<typeof FairnessGroup>

export const Fairness = z.object({ column: z.string(), groups: z.array(FairnessGroup) })
export type Fairness = z.infer<typeof Fairness>

/** What may happen to a column on its way to the model. */
export const mishaps = ['missing', 'noise', 'unit', 'unseen'] as const

/** The mean loss on rows to one of whose columns something happened. */
export const Mishap = z.object({
  mishap: z.enum(mishaps),
  column: z.string(),
  /** Rise of the mean loss, with its 95 % interval over the rows. */
  rise: z.number(),
  interval: Interval,
})
export type Mishap = z.infer<typeof Mishap>

export const Robustness = z.object({
  rows: z.number().int(),
  /** Largest rise first. */
  mishaps: z.array(Mishap),
  /** All numbers with noise of so many standard deviations of their own; the first is none. */
  noise: z.array(z.object({ deviations: z.number(), loss: z.number(), metric: z.number().nullable() })),
})
export type Robustness = z.infer<typeof Robustness>

/** How fast the metric falls when all numbers of a row move a little, each by so many of its column's deviations, in the direction that hurts. */
export const Adversarial = z.object({
  rows: z.number().int(),
  points: z.array(
    z.object({
      deviations: z.number(),
      /** Metric after moves in random directions of the same size, after one step along the gradient (FGSM), and after ten that stay as near (PGD). */
      random: z.number().nullable(),
      oneStep: z.number().nullable(),
      steps: z.number().nullable(),
    }),
  ),
})
export type Adversarial = z.infer<typeof Adversarial>

/** Can the rows that it learned from be told by how well it knows them (Yeom et al. 2018)? */
export const Membership = z.object({
  trainRows: z.number().int(),
  trainLoss: z.number(),
  testLoss: z.number(),
  /** Chance that a training row has a lower loss than a test row: 0.5 says nothing, 1 gives every one away. */
  auc: z.number(),
  interval: Interval,
})
export type Membership = z.infer<typeof Membership>

export const WorstRow = z.object({
  /** Index in the dataset version. */
  row: z.number().int(),
  /** A class, or the value. */
  truth: z.union([z.string(), z.number()]),
  predicted: z.union([z.string(), z.number()]),
  /** Of the predicted class. */
  probability: z.number().nullable(),
  loss: z.number(),
  /** The model is surer of another class than it is of that class where it is right (Northcutt et al. 2021, confident joint). */
  isLikelyLabelError: z.boolean(),
  /** Training rows that are most like it, nearest first. */
  nearest: z.array(z.object({ row: z.number().int(), distance: z.number(), truth: z.union([z.string(), z.number()]) })),
})
export type WorstRow = z.infer<typeof WorstRow>

/** What was foretold from one time on. */
export const ForecastWindow = z.object({
  /** Empty where there is one only. */
  series: z.string(),
  /** The last time that was known; milliseconds since 1970 UTC of dates, else as the column holds it. */
  after: z.number(),
  /** Steps that were foretold and looked at. */
  rows: z.number().int(),
  /** Mean squared error, and that of the value of one season before; null where there was none. */
  loss: z.number(),
  naiveLoss: z.number().nullable(),
})
export type ForecastWindow = z.infer<typeof ForecastWindow>

/** Where a run's model fails, held out: on test rows. */
export const Examination = z.object({
  run: Id,
  device: DeviceId.default('cpu'),
  /** Why it is not the device that was named. */
  warnings: z.array(z.string()).default([]),
  loss: z.enum(['log-loss', 'squared-error']),
  rows: z.number().int(),
  testRows: z.number().int(),
  /** Mean loss of the rows. */
  base: z.number(),
  /** The metric that the noise is followed with. */
  metric: z.string(),
  /** Slices that were looked at, and how many of them were held against rows that they were not found on. */
  looks: z.number().int(),
  tried: z.number().int(),
  slices: z.array(WeakSlice),
  fairness: z.array(Fairness),
  robustness: Robustness,
  /** Of networks; null for other models. */
  adversarial: Adversarial.nullable().default(null),
  /** Null for a run of before its training rows were kept. */
  membership: Membership.nullable(),
  /** Rows that likely have the wrong label, among all rows. */
  likelyLabelErrors: z.number().int(),
  /** None of a forecast, whose rows are none of the dataset. */
  worst: z.array(WorstRow),
  /** Of a forecast, the worst first; null for other models. */
  windows: z.array(ForecastWindow).nullable().default(null),
  /** Of the slices pinned on its dataset and target, over all test rows; newest first. */
  checks: z.array(CheckResult).default([]),
  seconds: z.number(),
})
export type Examination = z.infer<typeof Examination>
