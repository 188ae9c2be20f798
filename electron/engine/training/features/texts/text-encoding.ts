import type { TextColumn } from '../../../../../shared/inference/table.ts'
import type { GraphBuilder } from '../../../runtime/index.ts'
import type { TrainingData } from '../../algorithm.ts'

/** Text columns as columns of numbers. */
export interface Texts {
  width: number
  /** One a column that holds zeros and ones: how many stand side by side for the same text. */
  groups: number[]
  names: string[]
  /**
   * Writes each row into a matrix of zeros, row-major [rows.length, width], from column `offset` on. `isLearned`: they are training rows, and
   * what is written of one must not know its own answer.
   */
  encode(rows: Int32Array, matrix: Float32Array, width: number, offset: number, isLearned: boolean): void
  /** The same as nodes, side by side: float32 [N, …] each. */
  toGraph(graph: GraphBuilder, slots: ReadonlyMap<string, number>): string[]
}

/** One way of making numbers of texts. One file, one line in `index.ts`. */
export interface TextEncoding {
  id: string
  /** After the id, in the help of the parameter. */
  help: string
  fit(columns: TextColumn[], data: TrainingData, seed: number): Texts
}
