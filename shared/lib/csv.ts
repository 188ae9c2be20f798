/** A cell for people. Text is text, numbers are numbers, null and what is not finite is an empty cell. */
export type CsvCell = string | number | boolean | null

/** What a spreadsheet would take for the beginning of a formula (OWASP, CSV injection), wide forms included. */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/
const plainNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const needsQuotes = /[",\r\n]|^\s|\s$/

/**
 * A table for a spreadsheet: RFC 4180 with a byte order mark, so that it opens as UTF-8 everywhere. A text that begins like a
 * formula gets a `'` before it; numbers stay as they are. Not for data that a program reads again: that must keep its bytes.
 */
export function csvForPeople(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  const lines = [columns, ...rows].map(cells => cells.map(cellText).join(','))
  return `\u{FEFF}${lines.map(line => `${line}\r\n`).join('')}`
}

function cellText(cell: CsvCell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  const text = String(cell)
  const safe = formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What a file of this title may be called on every system: no marks that paths or writing directions are steered by. */
export function fileNameOf(title: string): string {
  const cleaned = title
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"/\\|?*]+/g, '-')
    .replace(/\s+/g, ' ')
    .slice(0, 100)
    .replace(/\p{Surrogate}+$/u, '')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  return cleaned === '' ? 'chart' : cleaned
}
