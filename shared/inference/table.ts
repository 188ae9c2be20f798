import type { ColumnType } from '../model/dataset.ts'

/**
 * Columns in memory. Numbers, booleans (0/1) and dates (milliseconds since 1970 UTC) are `numeric`, missing = NaN; text is
 * dictionary-coded, missing = −1.
 */
export interface NumericColumn {
  name: string
  type: Exclude<ColumnType, 'text'>
  kind: 'numeric'
  values: Float64Array
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
