import type { TableColumn } from '../../../shared/inference/table.ts'

/** One a row of a target that has no gaps: index of its class, or the value where there are no classes. */
export function truthOfColumn(column: TableColumn, classes: readonly string[]): Float64Array {
  if (column.kind === 'text') {
    const places = column.dictionary.map(label => classes.indexOf(label))
    return Float64Array.from(column.codes, code => places[code]!)
  }
  if (classes.length === 0) return Float64Array.from(column.values)
  const label = (value: number) => (column.type === 'boolean' ? String(value !== 0) : String(value))
  return Float64Array.from(column.values, value => classes.indexOf(label(value)))
}
