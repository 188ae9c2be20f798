import type { NumericColumn, TextColumn } from '../../../../shared/inference/table.ts'
import type { TrainingData } from '../algorithm.ts'

/** The columns that may be used, by kind, in the order of the signature. */
export function columnsOf({ table, features }: TrainingData): { numeric: NumericColumn[]; text: TextColumn[] } {
  const byName = new Map(table.columns.map(column => [column.name, column]))
  const columns = features.map(name => byName.get(name)!)
  return {
    numeric: columns.filter(column => column.kind === 'numeric'),
    text: columns.filter(column => column.kind === 'text'),
  }
}
