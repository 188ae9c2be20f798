import type { ColumnType } from '../../../shared/model/dataset.ts'

/** A number of a profile as its column has it: dates as days, others to five figures. Empty for null. */
export function shownValue(value: number | string | null, type: ColumnType): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (type === 'date' || type === 'datetime') return new Date(value).toISOString().slice(0, 10)
  return Number(value.toPrecision(5)).toString()
}
