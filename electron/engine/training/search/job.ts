import type { ErrorJson } from '../../../../shared/errors.ts'
import type { Parameters, Task } from '../../../../shared/model/run.ts'
import type { ParameterImportance, Strategy, Trial } from '../../../../shared/model/search.ts'
import type { DataSpec } from '../prepare.ts'
import type { Trained } from '../train-model.ts'

export interface SearchInput {
  search: string
  spec: DataSpec
  /** Null for all that learn the target. */
  algorithms: string[] | null
  strategy: Strategy
  seconds: number | null
  trials: number | null
  /** Of one trial's process. */
  bytes: number | null
  parallel: number | null
}

/** Told while it runs; `trials`: so many are known from a process before this one, and what came after them is no more. */
export type SearchRecord = { opened: { task: Task; metric: string }; trials: number } | { trial: Trial }

/** A model that the search leaves: `trained` and its files in `out/FOLDER`. */
export interface Finalist {
  folder: string
  algorithm: string
  parameters: Parameters
  /** Whether it learned from the validation rows as well in the end. */
  refit: boolean
  trial: number
  trained: Trained
}

export interface SearchOutput {
  task: Task
  metric: string
  best: number
  /** The baseline first, then the best, then the best of each other algorithm. */
  finalists: Finalist[]
  findings: string[]
  importance: ParameterImportance[]
  /** Why nothing but the baseline is left where every trial failed. */
  failure: ErrorJson | null
}
