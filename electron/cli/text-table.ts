import { shorten } from '../../shared/lib/shorten.ts'
import { visibleText } from '../../shared/lib/visible-text.ts'

export interface TableColumn<Row> {
  title: string
  value(row: Row): string | number | null | undefined
  /** Numbers stand at the right edge. */
  right?: boolean
  /** Never cut short; for the last column. */
  isWhole?: boolean
}

const longestCell = 48

/** Rows as aligned text under a line of titles; `empty` where there is none. */
export function textTable<Row>(rows: readonly Row[], columns: TableColumn<Row>[], empty: string): string {
  if (rows.length === 0) return empty
  const cellOf = (row: Row, { value, isWhole }: TableColumn<Row>) => {
    const cell = oneLine(value(row))
    return isWhole ? cell : shorten(cell, longestCell)
  }
  const cells = rows.map(row => columns.map(column => cellOf(row, column)))
  const all = [columns.map(column => column.title), ...cells]
  const widths = columns.map((_, i) => Math.max(...all.map(line => line[i]!.length)))
  return all
    .map(line =>
      line
        .map((cell, i) => (columns[i]!.right ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Names and values under each other: `name  value`. */
export function textFields(fields: Record<string, string | number | null | undefined>): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${oneLine(value)}`).join('\n')
}

/** Data may hold anything; what moves the cursor, hides or reorders text must not reach the terminal. */
export function oneLine(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '–' : visibleText(String(value).replace(/[\t\n\v\f\r]+/g, ' '))
}
