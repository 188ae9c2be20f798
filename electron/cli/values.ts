import { formatCount } from '../../shared/lib/format.ts'
import type { ColumnType } from '../../shared/model/dataset.ts'

/** A number for a person: four significant figures, grouped when whole. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  if (Number.isInteger(value)) return formatCount(value)
  return String(Number(value.toPrecision(4)))
}

/** A value of a column; days and times, which count as milliseconds since 1970 UTC, as ISO 8601. */
export function columnValue(type: ColumnType, value: number | string | null): string {
  if (typeof value === 'string') return value
  if (value === null || (type !== 'date' && type !== 'datetime')) return number(value)
  const text = new Date(value).toISOString()
  return type === 'date' ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
}

/** A point in time in the machine's own zone, to the second. */
export function time(timeMs: number | null | undefined): string {
  if (timeMs === null || timeMs === undefined) return '–'
  const date = new Date(timeMs - new Date(timeMs).getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 19).replace('T', ' ')
}

/** `sha256:` and the first twelve digits. */
export function shortDigest(digest: string | null | undefined): string {
  return digest ? digest.replace(/^(sha256:)?([0-9a-f]{12}).*$/, '$2') : '–'
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

/** Metric values, each with its interval where there is one. */
export function metrics(values: Record<string, number>, intervals: Record<string, [number, number]> = {}): string {
  return Object.entries(values)
    .map(([id, value]) => {
      const interval = intervals[id]
      return `${id} ${number(value)}${interval ? ` [${number(interval[0])}, ${number(interval[1])}]` : ''}`
    })
    .join('  ')
}
