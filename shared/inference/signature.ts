import { z } from 'zod'
import { ColumnType } from '../model/dataset.ts'
import { Task } from '../model/run.ts'

/**
 * Stands for a missing text in a string tensor: one private-use character that no import lets through, so that a
 * missing value is neither "" nor "NaN".
 */
export const missingText = '\u{F8FF}missing'

/** A raw column that fills slot `i` of a tensor's last axis, `i` being its place in the tensor's list. */
export const ColumnSlot = z.object({
  name: z.string(),
  type: ColumnType,
  /**
   * For numbers: the tensor holds float32((value − offset) / scale), computed in double. Dates are milliseconds since
   * 1970 UTC before that. Missing is NaN; booleans are 0 and 1.
   */
  offset: z.number().default(0),
  scale: z.number().default(1),
})
export type ColumnSlot = z.infer<typeof ColumnSlot>

export const tensorTypes = ['float32', 'float64', 'int64', 'int32', 'bool', 'string'] as const
export const TensorInput = z.object({
  name: z.string(),
  type: z.enum(tensorTypes),
  /** A tensor of shape [N, columns.length], or [N] when `vector` is set and there is one column. */
  columns: z.array(ColumnSlot),
  vector: z.boolean().default(false),
})
export type TensorInput = z.infer<typeof TensorInput>

/**
 * How rows of raw columns become the tensors of `model.onnx` and back. Our own exports have the inputs `numeric`
 * (float32 [N, k]) and `text` (string [N, m]), each left out when it has no column, and one output: `probabilities`
 * float32 [N, C] or `value` float32 [N, 1]; of clusters `cluster` int64 [N, 1], the place among the classes, and beside it `distances` float32
 * [N, C].
 */
export const Signature = z.object({
  formatVersion: z.literal(1),
  task: Task.nullable(),
  target: z.string().nullable(),
  /** All raw columns in the order of the training file: what positional `features` follow. */
  columns: z.array(
    z.object({
      name: z.string(),
      type: ColumnType,
      /** What a row has to hold there, where the name does not say it: of forecasts. */
      about: z.string().optional(),
    }),
  ),
  inputs: z.array(TensorInput),
  outputs: z.object({
    /** Tensor of the probabilities [N, C]; null for regression and unknown tasks. */
    probabilities: z.string().nullable(),
    /** Tensor of the value [N] or [N, 1]; for an imported classifier without probabilities, of the label. */
    value: z.string().nullable(),
  }),
  /** Class labels in the order of the probabilities; for two classes the second is the positive one. */
  classes: z.array(z.string()),
  /** What the model itself calls them, in the same order, where a person said which of the dataset's classes each of them is. */
  labels: z.array(z.string()).optional(),
  /** Of an anomaly detector: a row whose value is below this is called an anomaly. */
  anomalyBelow: z.number().optional(),
})
export type Signature = z.infer<typeof Signature>

/** A raw value as JSON carries it. Dates are ISO 8601 texts or milliseconds. */
export type RawValue = number | string | boolean | null
export type RawRow = Record<string, RawValue | undefined>

/** One answer. `probabilities` is keyed by class and there for classifiers only. */
export interface Output {
  prediction: number | string
  probabilities?: Record<string, number>
  /** Of an anomaly detector alone: whether its score lies below the threshold. */
  anomaly?: boolean
}
