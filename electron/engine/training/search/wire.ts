import type { ErrorJson } from '../../../../shared/errors.ts'
import type { Parameters, Task } from '../../../../shared/model/run.ts'
import type { ProblemShape } from '../algorithm.ts'
import type { DataSpec } from '../prepare.ts'
import type { Trained } from '../train-model.ts'

/** From the search to a trial's process, which answers each with one message, in order. */
export type ToTrial =
  | { type: 'open'; spec: DataSpec; threads: number; temporaryFolder: string }
  | {
      type: 'fit'
      algorithm: string
      parameters: Parameters
      share: number
      /** Where to leave the fitted model's graph and answers when the score is better than `than`. */
      keep: { file: string; than: number | null }
    }
  | { type: 'finish'; algorithm: string; parameters: Parameters; file: string; outFolder: string }

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
}

export type FromTrial =
  | { type: 'opened'; opened: Opened }
  | { type: 'fitted'; fitted: Fitted }
  | { type: 'finished'; trained: Omit<Trained, 'seconds'> }
  | { type: 'failed'; error: ErrorJson }
