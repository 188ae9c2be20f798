import type { ErrorJson } from '../../../../shared/errors.ts'
import type { Parameters, Task } from '../../../../shared/model/run.ts'
import type { ProblemShape } from '../algorithm.ts'
import type { DataSpec } from '../prepare.ts'
import type { Trained } from '../train-model.ts'

/** From the search to a trial's process, which answers each with one message, in order. */
export type ToTrial =
  /** `finishes`: what every model is written with is worked out at once. */
  | { type: 'open'; spec: DataSpec; threads: number; temporaryFolder: string; finishes: boolean }
  | {
      type: 'fit'
      algorithm: string
      parameters: Parameters
      share: number
      /** That it may take before it is ended with its process; null: any. What learns in steps ends itself before that. */
      seconds: number | null
      /** Where to leave the fitted model's graph and answers when the score is better than `than`. */
      keep: { file: string; than: number | null }
      /** Where to leave what it says of rows that it did not see, when it was fitted to all training rows. */
      evidence: string
    }
  /** Weighs the members by their evidence; those that are used take no longer than `seconds` together to be fitted again. */
  | { type: 'blend'; members: Member[]; seconds: number; evidence: string }
  /** Fits what left this evidence to training and validation rows, and leaves it in `file`. */
  | { type: 'refit'; algorithm: string; parameters: Parameters; evidence: string; file: string }
  | { type: 'finish'; algorithm: string; parameters: Parameters; refit: boolean; file: string; outFolder: string }

/** A full trial that may be blended with others. */
export interface Member {
  algorithm: string
  parameters: Parameters
  evidence: string
  /** That it would take to fit it to training and validation rows. */
  refitSeconds: number
}

export interface Opened {
  task: Task
  shape: ProblemShape
  /** Whether there is a text to be encoded one way or another. */
  hasTexts: boolean
}

export interface Fitted {
  /** In the task's metric, on the validation rows or the mean over the folds. */
  score: number
  isKept: boolean
  /** Of a training that ends where this one was ended for want of time; null where it was not. */
  ended: Parameters | null
  /** Null where it left no evidence that it could be blended by. */
  refitSeconds: number | null
}

/** `error`: of the difference between its score and the best member's. Null where less than two are worth a weight. */
export type Blended = { score: number; error: number; parameters: Parameters; refitSeconds: number } | null

export type FromTrial =
  | { type: 'opened'; opened: Opened }
  | { type: 'fitted'; fitted: Fitted }
  | { type: 'blended'; blended: Blended }
  | { type: 'refitted'; isRefitted: boolean }
  | { type: 'finished'; trained: Omit<Trained, 'seconds'> }
  | { type: 'failed'; error: ErrorJson }
