import type { ParameterDeclaration } from '../../../shared/contract/runs.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { DeviceId, Parameters, Placement, TargetTask, Task } from '../../../shared/model/run.ts'
import type { GraphBuilder } from '../runtime/index.ts'
import type { FitCheckpoint } from './checkpoint.ts'
import type { BaseModel } from './fine-tune/base-model.ts'
import type { Readable } from './readable.ts'

/** What an algorithm learns from. Rows are indices into `table`, whose numbers are those of the graph's inputs: shifted, scaled, float32. */
export interface TrainingData {
  table: Table
  /** Names of the columns that may be used, in the order of the signature. */
  features: string[]
  /** Raw columns that were there to be used, with those that are left out for saying nothing; `features` where it is not said. */
  offered?: readonly string[]
  /** Of those of them that are made of a raw column, which one. */
  madeOf?: ReadonlyMap<string, string>
  /** `regression` of nothing where there is no target. */
  task: TargetTask
  /** Class labels; for two classes the second is the positive one. Empty for regression. */
  classes: string[]
  /** One a row of the table: class index, or value; NaN where missing (such rows are in no split). */
  target: Float64Array
  train: Int32Array
  validation: Int32Array
  /** A column of numbers that answers are told from: algorithms learn the difference. Of forecasts, the value of one season before. */
  base?: string
}

export interface TrainContext {
  signal: AbortSignal
  /** Aborts when the fit is to end at its next step with what is best so far. */
  finish: AbortSignal
  /** 1 to 2³²−1; the only source of randomness. */
  seed: number
  threads: number
  device: DeviceId
  temporaryFolder: string
  /** What a fine-tuning goes on from. */
  base?: BaseModel
  /** Left out where nothing is kept. */
  checkpoint?: FitCheckpoint
  progress(fraction: number | null, phase: string): void
  log(message: string, level?: 'info' | 'warn' | 'error'): void
  metric(key: string, step: number, value: number): void
}

export interface FittedModel {
  /**
   * The trainer's own prediction, row-major: probabilities [rows.length, classes.length], or values [rows.length].
   * What the exported graph is held against.
   */
  predict(rows: Int32Array): Promise<Float32Array>
  /**
   * Adds the model to a graph that has the raw inputs `numeric` and `text` (see `shared/inference/signature.ts`).
   * Gives the name of the output tensor: probabilities float32 [N, C], value float32 [N, 1], or of clusters their places int64 [N, 1].
   */
  toGraph(graph: GraphBuilder, inputs: RawInputs): string
  /** Where its answers are otherwise than the task tells: of what learns without a target. */
  signature?: Partial<Pick<Signature, 'classes' | 'outputs' | 'anomalyBelow'>>
  /** What its metrics are taken of, where that is not `predict`; row-major, as `measuredColumns` of the evaluation names them. */
  measured?(rows: Int32Array): Promise<Float32Array>
  /** What those of its parts that did not learn from a training row answer to it, as `predict` does; of the rows that there are such parts for. */
  outOfBag?: { rows: Int32Array; answers: Float32Array }
  /**
   * Settings by which it learns as much without validation rows; numbers are averaged over folds, so that they need not be whole. Absent where it
   * cannot be fitted without them.
   */
  settled?: Parameters
  /** Where it was trained in the end, when that is not `context.device` (a device that failed on the way). */
  device?: DeviceId
  /** What it learned, where a person can read it. */
  readable?: Readable
  /** Said to the user beside the score. */
  warnings: string[]
  placement: Placement[]
  bytesPerStep: number | null
}

/**
 * How the columns lie in the graph, by name: the raw ones in its two inputs, and behind the numbers those made of others. The tensor of numbers holds what `TrainingData.table` holds: values that
 * the signature has shifted and scaled, as float32.
 */
export interface RawInputs {
  /** Name of the tensor of numbers; there is none where `numeric` is empty. */
  numbers: string
  /** Column name → its slot in `numbers`. */
  numeric: Map<string, number>
  /** Column name → its slot in `text`. */
  text: Map<string, number>
}

/** The size of what is learned, as far as it is known before the start. */
export interface ProblemShape {
  trainRows: number
  /** Columns that are learned from. */
  columns: number
  /** Columns when every text that is told apart is one of its own. */
  width: number
  /** 1 for values and two classes, else the number of classes. */
  outputs: number
}

/** One way of learning. One file, one line in `algorithms/index.ts`. */
export interface Algorithm {
  id: string
  name: string
  help: string
  /** One of those that are trained where none is named. They learn every task. */
  usual: boolean
  /** It goes on from a model, which its parameter `model` names. */
  needsModel?: true
  /** What it can learn; another is refused. */
  tasks: readonly Task[]
  /** On which it can train; others fall to the CPU and say `deviceReason`. */
  devices: readonly DeviceId[]
  deviceReason: string
  parameters: readonly ParameterDeclaration[]
  /** Settings that often do well: what a search tries of it after the defaults, where these are among the best. The others stay as they are there. */
  oftenGood?: readonly Parameters[]
  /**
   * The setting that counts its steps, where many of them begin as few do: a fit that is ended early is the one of so many, which `settled` tells.
   */
  steps?: string
  /** Memory that it cannot do without beside the rows, whatever these are; left out where that is little. On its device. */
  leastBytes?(parameters: Parameters): number
  /** Usual seconds of the fit on two cores of 2.5 GHz, early stopping included; what is wrong with it is corrected by past runs. */
  expectedSeconds(shape: ProblemShape, parameters: Parameters): number
  /** Bytes of the fit above those of the table; where left out, two matrices of float32 of the training rows. */
  expectedBytes?(shape: ProblemShape): number
  fit(data: TrainingData, parameters: Parameters, context: TrainContext): Promise<FittedModel>
}
