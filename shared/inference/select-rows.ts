import type { Table } from './table.ts'

/** Some rows of a table, in the order of the indices. */
export function selectRows(table: Table, rows: Int32Array): Table {
  return {
    rows: rows.length,
    columns: table.columns.map(column =>
      column.kind === 'text'
        ? { ...column, codes: pickInto(new Int32Array(rows.length), column.codes, rows) }
        : { ...column, values: pickInto(new Float64Array(rows.length), column.values, rows) },
    ),
  }
}

/** Fills `picked` with the values at these places. */
export function pickInto<Picked extends Float64Array | Float32Array | Int32Array>(
  picked: Picked,
  values: ArrayLike<number>,
  rows: Int32Array,
): Picked {
  for (let i = 0; i < rows.length; i += 1) picked[i] = values[rows[i]!]!
  return picked
}
