import { z } from 'zod'
import { ForecastRequest } from './forecast.ts'
import { DatasetReference, Id, Name, TimeMs } from './ids.ts'
import { ErrorRecord, JobStatus } from './job.ts'
import { Folds, Parameters, SplitBy, Task, TaskChoice } from './run.ts'

/** `random`: each trial drawn anew; `tpe`: where those before were good; `asha`: so too, on few rows first, and the better third on more. */
export const strategies = ['auto', 'random', 'tpe', 'asha'] as const
export const Strategy = z.enum(strategies)
export type Strategy = z.infer<typeof Strategy>

export const SearchRequest = z.object({
  dataset: DatasetReference,
  target: z.string().min(1),
  /** All that learn the target when left out; the baseline is always trained, first. */
  algorithms: z.array(z.string()).min(1).max(50).optional(),
  strategy: Strategy.default('auto'),
  /** Wall clock of the whole search, the last model's files included; with neither this nor `trials`, 600. */
  seconds: z.coerce.number().min(1).max(604_800).optional(),
  trials: z.coerce.number().int().min(1).max(100_000).optional(),
  /** Memory of one trial's process; a trial that takes more is ended. A share of what the machine has when left out. */
  memoryMegabytes: z.coerce.number().int().min(64).optional(),
  /** Trials at the same time. Left out: one where only `trials` limits the search, so that it can be repeated to the bit; else one a core, four at most. */
  parallel: z.coerce.number().int().min(1).max(64).optional(),
  splitColumn: z.string().optional(),
  splitBy: SplitBy.default('parts'),
  /** Left out: five where there are few rows and of forecasts, else none. */
  folds: Folds.optional(),
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  positive: z.string().optional(),
  task: TaskChoice.optional(),
  exclude: z.array(z.string()).default([]),
  distinctRows: z.boolean().default(false),
  /** Foretell the target from its last values, as a training does; validated on origins that roll on. */
  forecast: ForecastRequest.optional(),
  /** At its end the best run is explained and examined as well: two jobs more, beyond the budget. */
  explain: z.boolean().default(false),
})
export type SearchRequest = z.infer<typeof SearchRequest>

export const trialStatuses = ['running', 'done', 'failed', 'stopped'] as const
/** One fit of one setting, on all training rows or a part of them. `stopped`: by the budget, or with the search. */
export const Trial = z.object({
  /** From 0, which is the baseline; in the order of their starts. */
  trial: z.number().int(),
  algorithm: z.string(),
  parameters: Parameters,
  /** Share of the training rows, above 0 to 1; only a trial on all of them can win. */
  share: z.number(),
  status: z.enum(trialStatuses),
  /** In the search's metric, on the validation rows or the mean over the folds; null until it is done. */
  score: z.number().nullable(),
  /** From the search's start. */
  startedAfter: z.number(),
  seconds: z.number().nullable(),
  error: ErrorRecord.nullable(),
})
export type Trial = z.infer<typeof Trial>

/** How much of the variation of the score among an algorithm's full trials a parameter tells by itself; of `algorithm`, among all. */
export const ParameterImportance = z.object({
  algorithm: z.string().nullable(),
  parameter: z.string(),
  share: z.number(),
})
export type ParameterImportance = z.infer<typeof ParameterImportance>

export const Search = z.object({
  search: Id,
  job: Id,
  dataset: Name,
  datasetVersion: z.number().int(),
  request: SearchRequest,
  status: JobStatus,
  task: Task.nullable(),
  /** What is compared on validation; null until the target was read. */
  metric: z.string().nullable(),
  /** Trials that have come to their end, however. */
  trialsEnded: z.number().int(),
  /** The trial that won; null before the end. */
  best: z.number().int().nullable(),
  /** Runs that it left, the baseline first, then the best, then the best of each other algorithm. */
  runs: z.array(Id),
  /** What was found, in plain words. */
  findings: z.array(z.string()),
  importance: z.array(ParameterImportance),
  createdAt: TimeMs,
  startedAt: TimeMs.nullable(),
  endedAt: TimeMs.nullable(),
  error: ErrorRecord.nullable(),
})
export type Search = z.infer<typeof Search>
