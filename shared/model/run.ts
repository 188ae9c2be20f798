import { z } from 'zod'
import { Findings } from './findings.ts'
import { ForecastRequest } from './forecast.ts'
import { DatasetReference, Digest, Id, Name, Sha256, TimeMs } from './ids.ts'
import { ErrorRecord, JobStatus } from './job.ts'
import { ScriptRecord } from './script.ts'

/** Learned of a target. */
export const targetTasks = ['binary', 'multiclass', 'regression'] as const
export const tasks = [...targetTasks, 'anomaly', 'clusters'] as const
export const Task = z.enum(tasks)
export type Task = z.infer<typeof Task>
export type TaskWithoutTarget = Exclude<Task, TargetTask>
export type TargetTask = (typeof targetTasks)[number]

/** Whether this is learned from the columns alone. */
export function isWithoutTarget(task: Task | null): task is TaskWithoutTarget {
  return task === 'anomaly' || task === 'clusters'
}

export const deviceIds = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const
export const DeviceId = z.enum(deviceIds)
export type DeviceId = z.infer<typeof DeviceId>
export const DeviceChoice = z.enum(['auto', ...deviceIds])
export type DeviceChoice = z.infer<typeof DeviceChoice>

/** Metric id → value, on the rows that the context names. */
export const Metrics = z.record(z.string(), z.number())
export type Metrics = z.infer<typeof Metrics>
/** Metric id → [low, high] of its 95 % interval. */
export const Intervals = z.record(z.string(), z.tuple([z.number(), z.number()]))
export type Intervals = z.infer<typeof Intervals>

/** Which share of a graph ran where, from onnxruntime's profile; shares sum to 1 over the providers. */
export const Placement = z.object({
  provider: z.string(),
  operatorShare: z.number(),
  timeShare: z.number(),
  /** For a provider that was not the one asked for: operators that fell to it and why. */
  reasons: z.array(z.string()),
})
export type Placement = z.infer<typeof Placement>

export const ParameterValue = z.union([z.number(), z.string(), z.boolean(), z.array(z.number())])
export type ParameterValue = z.infer<typeof ParameterValue>
export const Parameters = z.record(z.string(), ParameterValue)
export type Parameters = z.infer<typeof Parameters>

/** What to doubt about a score. Without `column` it is about rows; `split-group` about a column whose groups were torn apart. */
export const Suspect = z.object({
  kind: z.enum(['tells-target', 'repeated-rows', 'split-group']),
  column: z.string().nullable(),
  message: z.string(),
  /** The numbers that the message rests on. */
  evidence: z.record(z.string(), z.number()),
})
export type Suspect = z.infer<typeof Suspect>

/** `anomaly` and `clusters` are chosen by their algorithms. */
export const TaskChoice = z.enum(['classification', 'regression', 'anomaly', 'clusters'])
export type TaskChoice = z.infer<typeof TaskChoice>

/** The choice that leads to this task. */
export function taskChoiceOf(task: Task): TaskChoice {
  return task === 'binary' || task === 'multiclass' ? 'classification' : task
}

/** How probabilities are put right on the validation rows: steps that only rise, a sigmoid of the log-odds (Platt), or one temperature. */
export const recalibrationMethods = ['isotonic', 'sigmoid', 'temperature'] as const
export const RecalibrationMethod = z.enum(recalibrationMethods)
export type RecalibrationMethod = z.infer<typeof RecalibrationMethod>

/** Why there is a run: the one that it repeats, and the endpoint whose drift asked for that. */
export const RunOrigin = z.object({ run: Id, endpoint: Name.optional() })
export type RunOrigin = z.infer<typeof RunOrigin>

/** Without a split column rows are drawn at random, of each class the same share (stratified). What the split column holds: `train`, `validation` and `test`; times, of which the newest are tested; or groups that stay together. */
export const SplitBy = z.enum(['parts', 'time', 'group'])
export type SplitBy = z.infer<typeof SplitBy>

export const Run = z.object({
  run: Id,
  name: z.string(),
  job: Id.nullable(),
  dataset: Name,
  datasetVersion: z.number().int(),
  /** What is learned; of `anomaly` the labels that it is measured by, which it never sees. Null without one. */
  target: z.string().nullable(),
  task: Task.nullable(),
  /** Class labels as text, in the order of the probabilities; empty for regression. For two classes the second is the positive one. */
  classes: z.array(z.string()),
  algorithm: z.string(),
  parameters: Parameters,
  splitColumn: z.string().nullable(),
  splitBy: SplitBy.default('parts'),
  /** Of cross-validation over the training and validation rows; 0 for none. */
  folds: z.number().int().default(0),
  seed: z.number().int(),
  /** Columns that the model must not see. */
  exclude: z.array(z.string()).default([]),
  /** Of rows that repeat another only the first was taken. */
  distinctRows: z.boolean().default(false),
  /** Drawn from all by the seed, to be split, learned from and measured by; null for all rows. */
  sampleRows: z.number().int().nullable().default(null),
  /** The class that was asked for; null for the later in sort order. */
  positive: z.string().nullable().default(null),
  /** Asked for; null for what the target tells. */
  taskChoice: TaskChoice.nullable().default(null),
  /** How its probabilities were put right behind the model, in the same graph; null for as they came. */
  recalibration: RecalibrationMethod.nullable().default(null),
  /** Fitted once more in the end, to training and validation rows together. */
  refit: z.boolean().default(false),
  /** What it repeats, perhaps with changes; null for one that was begun afresh. */
  from: RunOrigin.nullable().default(null),
  /** What it was fitted by, where that was no algorithm of Lathe. */
  script: ScriptRecord.nullable().default(null),
  /** Asked for. */
  deviceChoice: DeviceChoice,
  /** Used; null until it is known. */
  device: DeviceId.nullable(),
  status: JobStatus,
  /** On the test rows. */
  metrics: Metrics,
  intervals: Intervals,
  /** On the validation rows, or the mean over the folds: what the best run is chosen by. */
  validationMetrics: Metrics,
  /** On the validation rows of each fold. */
  foldMetrics: z.array(Metrics).default([]),
  rows: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }).nullable(),
  /** SHA-256 over dataset version and test row indices: equal means the very same test rows. */
  testRowsDigest: Sha256.nullable(),
  bundleDigest: Digest.nullable(),
  placement: z.array(Placement),
  /** Bytes between host and device in one training step; null where no device was involved. */
  bytesPerStep: z.number().nullable(),
  warnings: z.array(z.string()),
  suspects: z.array(Suspect).default([]),
  /** Of a forecast: which rows are which time of which series. */
  forecast: ForecastRequest.nullable().default(null),
  /** Of a run without a target, or a forecast. */
  findings: Findings.nullable().default(null),
  createdAt: TimeMs,
  startedAt: TimeMs.nullable(),
  endedAt: TimeMs.nullable(),
  /** Of the training itself, wall clock; null until it ended. */
  seconds: z.number().nullable(),
  error: ErrorRecord.nullable(),
})
export type Run = z.infer<typeof Run>

/** One curve: parallel arrays, ascending steps. */
export const Series = z.object({
  key: z.string(),
  steps: z.array(z.number()),
  values: z.array(z.number()),
})
export type Series = z.infer<typeof Series>

export const Verdict = z.enum(['better', 'worse', 'within noise'])
export type Verdict = z.infer<typeof Verdict>

/** Of two models in one metric, on the same rows. */
export const PairedDifference = z.object({
  metric: z.string(),
  /** The second less the first, the baseline. */
  difference: z.number(),
  interval: z.tuple([z.number(), z.number()]),
  /** Of the second, in the sense of the metric (a lower log-loss is better). */
  verdict: Verdict,
})
export type PairedDifference = z.infer<typeof PairedDifference>

/** `run` against `baseline` on the same test rows. */
export const Difference = PairedDifference.extend({ baseline: Id, run: Id })
export type Difference = z.infer<typeof Difference>

/** A run whose answers are those of another, recalibrated: how they differ on the same test rows. */
export const Recalibration = z.object({
  run: Run,
  baseline: Id,
  method: RecalibrationMethod,
  /** Rows that it was fitted on. */
  validationRows: z.number().int(),
  differences: z.array(PairedDifference),
})
export type Recalibration = z.infer<typeof Recalibration>

export const Comparison = z.object({
  runs: z.array(Run),
  /** Settings in which the runs differ: name → one value a run, in the order of `runs`. */
  settings: z.record(z.string(), z.array(z.union([ParameterValue, z.null()]))),
  differences: z.array(Difference),
  rows: z.number().int(),
})
export type Comparison = z.infer<typeof Comparison>

/** Of cross-validation: so many fits more; 0 for the validation rows of the split alone. */
export const Folds = z.coerce
  .number()
  .int()
  .min(0)
  .max(50)
  .refine(folds => folds !== 1, 'One fold leaves nothing to learn from: 0, or 2 and more')

export const fewestSampleRows = 100
export const SampleRows = z.coerce.number().int().min(fewestSampleRows)

export const TrainRequest = z.object({
  dataset: DatasetReference,
  /** Left out for what learns without one; named for an anomaly detector, it is what its scores are measured by. */
  target: z.string().min(1).optional(),
  /** The usual ones when left out; without a target all that need none. */
  algorithm: z.string().optional(),
  parameters: Parameters.default({}),
  device: DeviceChoice.default('auto'),
  splitColumn: z.string().optional(),
  splitBy: SplitBy.default('parts'),
  folds: Folds.default(0),
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  positive: z.string().optional(),
  task: TaskChoice.optional(),
  recalibrate: RecalibrationMethod.optional(),
  /** Fit once more in the end, to training and validation rows together, for as long as the fit before learned. */
  refit: z.boolean().default(false),
  name: Name.optional(),
  /** Columns that the model must not see. */
  exclude: z.array(z.string()).default([]),
  /** Take of rows that repeat another, target included, only the first. */
  distinctRows: z.boolean().default(false),
  /** So many rows, drawn from all by the seed, are split, learned from and measured by; all where there are no more, or when left out. */
  sampleRows: SampleRows.optional(),
  /** What it repeats; said in what led to what. */
  from: RunOrigin.optional(),
  /** Foretell the target from its last values, instead of learning it from the other columns. */
  forecast: ForecastRequest.optional(),
})
export type TrainRequest = z.infer<typeof TrainRequest>
