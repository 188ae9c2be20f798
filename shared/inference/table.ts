import type { ColumnType } from '../model/dataset.ts'

/** Numbers as they were read, or rounded as a model's inputs hold them. */
export type Numbers = Float64Array | Float32Array

/**
 * Columns in memory. Numbers, booleans (0/1) and dates (milliseconds since 1970 UTC) are `numeric`, missing = NaN; text is
 * dictionary-coded, missing = −1.
 */
export interface NumericColumn {
  name: string
  type: Exclude<ColumnType, 'text'>
  kind: 'numeric'
  values: Numbers
}
export interface TextColumn {
  name: string
  type: 'text'
  kind: 'text'
  codes: Int32Array
  dictionary: string[]
}
export type TableColumn = NumericColumn | TextColumn

export interface Table {
  rows: number
  columns: TableColumn[]
}
