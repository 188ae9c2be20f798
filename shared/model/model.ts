import { z } from 'zod'
import { Digest, Id, Name, TimeMs } from './ids.ts'
import { DeviceId, Intervals, Metrics, PairedDifference, Task } from './run.ts'

export const ModelVersion = z.object({
  model: Name,
  version: z.number().int().positive(),
  aliases: z.array(Name),
  bundleDigest: Digest,
  /** The run that made it; null for an imported file. */
  run: Id.nullable(),
  task: Task.nullable(),
  metrics: Metrics,
  createdAt: TimeMs,
})
export type ModelVersion = z.infer<typeof ModelVersion>

/** The alias of the version in use: a run that breaks a pinned check gets it only by force. */
export const championAlias = 'champion'

export const AliasChange = z.object({
  model: Name,
  alias: Name,
  /** Null where it was, or is now, unset. */
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  reason: z.string(),
  at: TimeMs,
})
export type AliasChange = z.infer<typeof AliasChange>

/** Of each class by the name that the model gives it, what it is called from then on. */
export const ClassNames = z.record(z.string(), z.string().min(1))
export type ClassNames = z.infer<typeof ClassNames>

/** How a model whose classes are called otherwise than those of a target answered the target's rows. */
export const ClassTable = z.object({
  /** What the model calls its classes. */
  own: z.array(z.string()),
  /** What the target calls them, sorted. */
  classes: z.array(z.string()),
  /** Rows of each class of the target (inner) that were answered by each of the model's (outer). */
  counts: z.array(z.array(z.number().int())),
  /** For each of the model's classes the one of the target by which the most rows are answered rightly; null where the rows do not tell. */
  suggested: z.array(z.string()).nullable(),
})
export type ClassTable = z.infer<typeof ClassTable>

export const Evaluation = z.object({
  /** Both null where it is the model of a run that was asked for. */
  model: Name.nullable(),
  version: z.number().int().nullable(),
  run: Id.nullable().default(null),
  dataset: Name,
  datasetVersion: z.number().int(),
  rows: z.number().int(),
  device: DeviceId,
  /** Why it is not the device that was named, and which of its numbers are not to be relied on. */
  warnings: z.array(z.string()).default([]),
  metrics: Metrics,
  intervals: Intervals,
  /** On the test rows of a run, which is the baseline of the differences; null for all rows of a dataset. */
  against: z
    .object({ run: Id, differences: z.array(PairedDifference) })
    .nullable()
    .default(null),
  seconds: z.number(),
})
export type Evaluation = z.infer<typeof Evaluation>

/** What of a model can stay as it is under a new head. */
export const ModelTensors = z.object({
  model: Name,
  version: z.number().int(),
  tensors: z.array(
    z.object({
      name: z.string(),
      /** That makes it, as ONNX calls it. */
      operator: z.string(),
      /** Of one row. */
      shape: z.array(z.number().int()),
      /** The one that the last layer takes: where a head is put when nothing is said. */
      isLast: z.boolean(),
    }),
  ),
})
export type ModelTensors = z.infer<typeof ModelTensors>

export const PastEvaluation = Evaluation.extend({ model: Name, version: z.number().int(), evaluatedAt: TimeMs })
export type PastEvaluation = z.infer<typeof PastEvaluation>

export const Prediction = z.object({
  model: Name,
  version: z.number().int(),
  bundleDigest: Digest,
  device: DeviceId,
  warnings: z.array(z.string()).default([]),
  rows: z.number().int(),
  out: z.string(),
  seconds: z.number(),
})
export type Prediction = z.infer<typeof Prediction>

export const RetrainDecision = z.object({
  decision: z.enum(['promoted', 'stopped']),
  reason: z.string(),
  metric: z.string(),
  champion: ModelVersion,
  /** The challenger's version; registered in both cases, promoted only in one. */
  challenger: ModelVersion,
  difference: z.number(),
  interval: z.tuple([z.number(), z.number()]),
})
export type RetrainDecision = z.infer<typeof RetrainDecision>
