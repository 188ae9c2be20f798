import type { GraphBuilder } from '../../runtime/index.ts'
import type { RawInputs } from '../algorithm.ts'

/** Raw columns as one matrix that an algorithm learns from: the same numbers from a table and inside the graph. */
export interface Encoder {
  /** Columns of the matrix. */
  width: number
  /** What each column of the matrix stands for, as a person reads it: `age`, `age is missing`, `colour = red`. */
  names: string[]
  /** Row-major float32 [rows.length, width]. */
  encode(rows: Int32Array): Float32Array
  /** Adds the encoding to a graph that has the raw inputs; gives the name of the matrix [N, width]. */
  toGraph(graph: GraphBuilder, inputs: RawInputs): string
}
