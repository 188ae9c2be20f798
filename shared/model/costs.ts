import { z } from 'zod'
import { Interval } from './examination.ts'
import { Id } from './ids.ts'
import { PairedDifference } from './run.ts'

/** A table of more classes is not typed in by anybody. */
export const mostCostClasses = 20

/** In any unit of money; below 0 for what an answer brings in. */
const Amount = z.number().min(-1e12).max(1e12)
const Price = Amount.min(0)

/** `matrix[j][k]`: a row of class j that is answered by class k, both in the order of the run's classes. */
export const ClassCosts = z.object({
  kind: z.literal('classes'),
  matrix: z
    .array(z.array(Amount))
    .min(2)
    .refine(matrix => matrix.some(row => row.some(cost => cost !== 0)), 'One of the costs must not be 0'),
})
export type ClassCosts = z.infer<typeof ClassCosts>

/** Of an error e = answer − truth: over · max(e, 0) + under · max(−e, 0), and `beyond` on top where |e| is above the tolerance. */
export const NumberCosts = z
  .object({
    kind: z.literal('numbers'),
    over: Price,
    under: Price,
    tolerance: Price.default(0),
    beyond: Price.default(0),
  })
  .refine(({ over, under, beyond }) => over > 0 || under > 0 || beyond > 0, 'One of the costs must be above 0')
export type NumberCosts = z.infer<typeof NumberCosts>

export const Costs = z.discriminatedUnion('kind', [ClassCosts, NumberCosts])
export type Costs = z.infer<typeof Costs>

/** The first less the second, a row, on the same test rows; `better` where it is cheaper. */
export const CostDifference = PairedDifference.omit({ metric: true })
export type CostDifference = z.infer<typeof CostDifference>

/**
 * `as-it-is`: the most probable class, or the value. `cheapest`: the class of the least expected cost by the probabilities. `threshold`: of two classes
 * the second from this probability on. `shifted`: the value and so much. `constant`: the same for every row.
 */
export const costedAnswers = ['as-it-is', 'cheapest', 'threshold', 'shifted', 'constant'] as const

export const CostedAnswer = z.object({
  answer: z.enum(costedAnswers),
  /** The threshold, the shift, the number; the label of the class; null where there is nothing to set. Never chosen on test rows. */
  set: z.union([z.number(), z.string()]).nullable(),
  /** Where it lies in 95 of 100 resamples of the validation rows; null where that is not asked. */
  setInterval: Interval.nullable(),
  /** A test row, with its 95 % interval. */
  cost: z.number(),
  interval: Interval,
  /** Null for itself. */
  againstAsItIs: CostDifference.nullable(),
  againstConstant: CostDifference.nullable(),
})
export type CostedAnswer = z.infer<typeof CostedAnswer>

/** What the errors of a run cost on its test rows, by what is made of its answers. */
export const CostReport = z.object({
  run: Id,
  /** As they were typed in. */
  costs: Costs,
  classes: z.array(z.string()),
  rows: z.number().int(),
  /** That thresholds, shifts and constants were found on. */
  validationRows: z.number().int(),
  answers: z.array(CostedAnswer),
  warnings: z.array(z.string()),
})
export type CostReport = z.infer<typeof CostReport>
