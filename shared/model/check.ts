import { z } from 'zod'
import { RowFilter } from './dataset.ts'
import { Id, Name, TimeMs } from './ids.ts'

/** A slice of a dataset's rows that every run on it is held to from now on. */
export const Check = z.object({
  check: Id,
  dataset: Name,
  target: z.string(),
  /** All of them hold; as the Data room filters rows. */
  where: z.array(RowFilter).min(1).max(8),
  loss: z.enum(['log-loss', 'squared-error']),
  /** The mean loss of the slice's test rows may be this high. */
  most: z.number(),
  /** The run on which it was pinned. */
  run: Id,
  createdAt: TimeMs,
})
export type Check = z.infer<typeof Check>

export const checkVerdicts = ['held', 'broken', 'not sure', 'no rows'] as const

/** What became of a check on the test rows of one run. */
export const CheckResult = z.object({
  check: Check,
  /** Test rows in the slice. */
  rows: z.number().int(),
  /** Mean loss there with its 95 % interval; null for fewer than two rows. */
  loss: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** `held` where the whole interval is at most the limit, `broken` where all of it is above. */
  verdict: z.enum(checkVerdicts),
})
export type CheckResult = z.infer<typeof CheckResult>

/** All checks that a run is held to, on its test rows. */
export const CheckResults = z.object({ run: Id, checks: z.array(CheckResult) })
export type CheckResults = z.infer<typeof CheckResults>
