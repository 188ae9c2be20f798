import type { ColumnSlot } from '../../../../../shared/inference/signature.ts'
import type { NumericColumn, TableColumn } from '../../../../../shared/inference/table.ts'
import type { GraphBuilder } from '../../../runtime/index.ts'

/** Columns made of one raw column: numbers that the graph works out to the same bit. */
export interface Derived {
  /** As long as the table, each value a float32. */
  columns: NumericColumn[]
  /** Adds the same to a graph: of the raw column, [N, 1] as the model's input holds it, float32 [N, columns.length]. */
  toGraph(graph: GraphBuilder, raw: string): string
}

/** One way of making columns. One file, one line in `derive-features.ts`. */
export interface Derivation {
  /** Null for a column that nothing is made of. `column` is rounded as `slot`, its place in the model's inputs, says. */
  derive(column: TableColumn, slot: ColumnSlot, train: Int32Array): Derived | null
}
