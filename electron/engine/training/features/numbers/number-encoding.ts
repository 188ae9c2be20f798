import type { NumericColumn } from '../../../../../shared/inference/table.ts'
import type { GraphBuilder } from '../../../runtime/index.ts'

/** Numbers as others of the same columns, float32 step by step as the graph works them out; a missing or infinite one stays what it is. */
export interface ChangedNumbers {
  columns: NumericColumn[]
  /** Of the columns as they are, [N, columns.length], the changed ones. */
  toGraph(graph: GraphBuilder, numbers: string): string
}

/** One way of changing numbers before they are standardised. One file, one line in `index.ts`. */
export interface NumberEncoding {
  id: string
  /** After the id, in the help of the parameter. */
  help: string
  fit(columns: NumericColumn[], train: Int32Array): ChangedNumbers
}
