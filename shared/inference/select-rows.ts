import type { Table } from './table.ts'

/** Some rows of a table, in the order of the indices. */
export function selectRows(table: Table, rows: Int32Array): Table {
  return {
    rows: rows.length,
    columns: table.columns.map(column =>
      column.kind === 'text'
        ? { ...column, codes: Int32Array.from(rows, row => column.codes[row]!) }
        : { ...column, values: Float64Array.from(rows, row => column.values[row]!) },
    ),
  }
}
