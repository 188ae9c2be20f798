import { z } from 'zod'

/** What is done where a series has no row for a time between its first and its last. */
export const gapChoices = ['refuse', 'missing', 'previous', 'ignore'] as const
/** What is done where a series has several rows of one time. */
export const repeatChoices = ['refuse', 'mean', 'sum', 'last'] as const

/** The quantiles that the interval of a forecast reaches from and to: the middle 80 % of what happens. */
export const intervalShares = [0.1, 0.9] as const

/** The target as a series in time, of which the next values are foretold. */
export const ForecastRequest = z.object({
  time: z.string().min(1),
  /** Column that says which series a row is of; one series without it. */
  series: z.string().min(1).optional(),
  /** Steps ahead. */
  horizon: z.coerce.number().int().min(1).max(1000),
  /** Steps after which it repeats itself; told from the distance of the times when left out, 1 for none. */
  season: z.coerce.number().int().min(1).max(10_000).optional(),
  /** How many of the last values the model takes; two seasons when left out. */
  lags: z.coerce.number().int().min(1).max(1000).optional(),
  /** Columns that are known in advance (a price, a promotion): the model takes their values at the foretold time. */
  known: z.array(z.string().min(1)).max(100).optional(),
  /** Columns of which the model takes the last values, as it does of the target; those in neither list it does not see. */
  past: z.array(z.string().min(1)).max(100).optional(),
  gaps: z.enum(gapChoices).default('refuse'),
  repeated: z.enum(repeatChoices).default('refuse'),
})
export type ForecastRequest = z.infer<typeof ForecastRequest>

/** One span of a picture; parallel arrays. Times are milliseconds since 1970 UTC of dates, else as the column holds them. */
const Foretold = z.object({
  time: z.array(z.number()),
  value: z.array(z.number()),
  /** The middle 80 % of what happened, by the errors of the validation rows. */
  low: z.array(z.number()),
  high: z.array(z.number()),
})

export const ForecastFindings = z.object({
  kind: z.literal('forecast'),
  /** The distance of the times, in words: `1 day`. */
  every: z.string(),
  isDate: z.boolean(),
  season: z.number().int(),
  lags: z.number().int(),
  /** Rolling origins of the test rows, a line a step ahead; `naive` is the value of one season before. */
  steps: z.array(
    z.object({
      step: z.number().int(),
      rows: z.number().int(),
      rmse: z.number(),
      mae: z.number(),
      naiveRmse: z.number(),
      naiveMae: z.number(),
      /** Share of the test rows within the interval of 80 %. */
      covered: z.number(),
    }),
  ),
  /** Series that are drawn, those of the most rows. */
  series: z.array(
    z.object({
      name: z.string(),
      actual: z.object({ time: z.array(z.number()), value: z.array(z.number().nullable()) }),
      /** From the last origin of which all is known by now. */
      backtest: Foretold,
      future: Foretold,
    }),
  ),
})
export type ForecastFindings = z.infer<typeof ForecastFindings>
