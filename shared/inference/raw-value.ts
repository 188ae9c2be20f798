import type { ColumnType } from '../model/dataset.ts'
import { missingText, type RawValue } from './signature.ts'

/**
 * A raw value of a numeric column as a double: dates as milliseconds since 1970 UTC, booleans as 0 and 1, missing as NaN.
 * Undefined when the value is none of that type.
 */
export function toNumber(value: RawValue | undefined, type: ColumnType): number | undefined {
  if (value === null || value === undefined) return Number.NaN
  switch (type) {
    case 'number':
    case 'integer':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'boolean':
      if (typeof value === 'boolean') return value ? 1 : 0
      return value === 0 || value === 1 ? value : undefined
    case 'date':
    case 'datetime':
      if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
      return typeof value === 'string' ? parseIsoTime(value) : undefined
    case 'text':
      return undefined
  }
}

/** A raw value of a text column; missing as `missingText`. Undefined when it is no text. */
export function toText(value: RawValue | undefined): string | undefined {
  if (value === null || value === undefined) return missingText
  return typeof value === 'string' ? value : undefined
}

const isoTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s?(?:Z|([+-])(\d\d):?(\d\d))?$/

/**
 * Milliseconds since 1970 UTC of an ISO 8601 date or time; without a zone it is UTC on every machine. Undefined when the
 * text is none or names a day that no calendar has.
 */
export function parseIsoTime(text: string): number | undefined {
  const match = isoTime.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(part => Number(part ?? 0))
  if (hour! > 23 || minute! > 59 || second! > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year!, month! - 1, day!)
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day!) return undefined
  const fraction = match[7] ? Number(`0.${match[7]}`) * 1000 : 0
  const zone = match[8] ? (match[8] === '-' ? -1 : 1) * (Number(match[9]) * 60 + Number(match[10])) : 0
  return date.getTime() + ((hour! * 60 + minute! - zone) * 60 + second!) * 1000 + fraction
}
