import type { ColumnType } from '../../../shared/model/dataset.ts'

/** Days, times and yes or no as texts, of what a table holds as numbers. */
export function shownValue(type: ColumnType, value: number): number | string {
  if (type === 'boolean') return String(value !== 0)
  if (type === 'date') return new Date(value).toISOString().slice(0, 10)
  return type === 'datetime' ? new Date(value).toISOString().slice(0, 19).replace('T', ' ') : value
}
