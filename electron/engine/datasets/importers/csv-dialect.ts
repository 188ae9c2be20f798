import { AppError } from '../../../../shared/errors.ts'
import { formatCount } from '../../../../shared/lib/format.ts'
import { findTable, isNumber } from './find-table.ts'

export interface Dialect {
  delimiter: string
  decimal: '.' | ','
  header: boolean
  names: string[]
  /** As the header has them, untrimmed; empty without a header. */
  originalNames: string[]
  /** Whether names that the header repeats were numbered. */
  isNumbered: boolean
  /** Rows above the table, and the characters and line ends that they take. */
  skip: number
  start: number
  linesAbove: number
  /** The first text of rows that were left out without being told to. */
  leftOut: string | null
}

/** A text as a field of a record; one that is empty is quoted, so that it is told from one that is missing. */
export function csvField(text: string, delimiter: string): string {
  const needsQuotes = text === '' || text.includes(delimiter) || /["\r\n]/.test(text)
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text
}

/** A decimal comma is read where fields look like `3,14` and none like `3.14`; never where the comma cuts fields. */
function sniffDecimal(records: string[][], delimiter: string): '.' | ',' {
  if (delimiter === ',') return '.'
  const fields = records.flat()
  const commas = fields.filter(field => /^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+$/.test(field.trim())).length
  const points = fields.filter(field => /^[-+]?\d+\.\d+$/.test(field.trim())).length
  return commas > points ? ',' : '.'
}

export interface DialectOptions {
  delimiter?: string
  decimal?: '.' | ','
  header?: boolean
  numberRepeated?: boolean
  skip?: number
}

/** How a CSV text is written, from its beginning; the file may go on behind it. What `options` says is not sniffed. */
export function sniffDialect(text: string, options: DialectOptions, fileName: string, goesOn: boolean): Dialect {
  const complete = text.endsWith('\n') ? text : `${text}\n`
  const table = findTable(complete, { ...options, isGuessed: options.header !== false }, { fileName, goesOn })
  const { delimiter, skip, start, leftOut, records } = table
  const [first = [], ...rest] = records
  const looksLikeData =
    !isNumbering(first[0] === '' ? first.slice(1) : first) &&
    first.every(field => field.trim() === '' || isNumber(field)) &&
    first.some(field => field.trim() !== '')
  const header = options.header ?? !looksLikeData
  const found = header ? nameIndex(first.map(name => name.trim())) : first.map((_, i) => `column_${i + 1}`)
  const names = options.numberRepeated ? numberRepeated(found) : found
  checkNames(names, fileName, true)
  const decimal = options.decimal ?? sniffDecimal(header ? rest : records, delimiter)
  const isNumbered = names.some((name, i) => name !== found[i])
  const linesAbove = complete.slice(0, start).split('\n').length - 1
  const originalNames = header ? first : []
  return { delimiter, header, names, originalNames, isNumbered, decimal, skip, start, linesAbove, leftOut }
}

/** `0,1,2,…` or `1,2,3,…`: names that a program gave to columns that had none. */
function isNumbering(fields: string[]): boolean {
  const start = Number(fields[0])
  return (
    fields.length > 2 && (start === 0 || start === 1) && fields.every((field, i) => field.trim() === `${start + i}`)
  )
}

/** pandas and R write the names of rows as a first column without a name of its own; it is called `index` here. */
function nameIndex(names: string[]): string[] {
  const [first, ...others] = names
  const isTaken = others.some(name => name === '' || name.toLowerCase() === 'index')
  return first === '' && others.length > 0 && !isTaken ? ['index', ...others] : names
}

/** The second of a name becomes `a_1`, the third `a_2`, and so on past names that the header has itself; the first keeps it. */
function numberRepeated(names: string[]): string[] {
  const taken = new Set(names.map(name => name.toLowerCase()))
  const seen = new Map<string, number>()
  return names.map(name => {
    const key = name.toLowerCase()
    let count = seen.get(key)
    if (name === '' || count === undefined) {
      seen.set(key, 0)
      return name
    }
    do count += 1
    while (taken.has(`${key}_${count}`))
    seen.set(key, count)
    taken.add(`${key}_${count}`)
    return `${name}_${count}`
  })
}

/** A column needs a name of its own: throws naming the places of empty and repeated ones; where these can be numbered, in `details.repeated` too. */
export function checkNames(names: string[], fileName: string, canNumber = false): void {
  const empty = names.flatMap((name, i) => (name === '' ? [i + 1] : []))
  if (empty.length) {
    const list = empty.slice(0, 10).map(formatCount).join(', ')
    throw new AppError('bad-file', `${fileName}: the header has no name for column ${list}`, {
      mend: 'Give every column a name, leave out rows above the header with --skip, or say that there is none with --no-header.',
    })
  }
  const places = new Map<string, number[]>()
  for (const [i, name] of names.entries())
    places.set(name.toLowerCase(), [...(places.get(name.toLowerCase()) ?? []), i + 1])
  for (const [name, at] of places) {
    if (at.length < 2) continue
    throw new AppError(
      'bad-file',
      `${fileName}: the header names "${names[at[0]! - 1] ?? name}" ${at.length} times, in columns ${at.join(', ')}`,
      {
        mend: `Give every column a name of its own${canNumber ? ', or have repeated ones numbered (a, a_1, a_2) with --number-repeated' : ''}; names that differ in upper and lower case only count as the same.`,
        ...(canNumber && { details: { repeated: at } }),
      },
    )
  }
}
