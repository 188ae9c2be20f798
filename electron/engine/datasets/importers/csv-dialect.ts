import { AppError } from '../../../../shared/errors.ts'
import { formatCount } from '../../../../shared/lib/format.ts'

export interface Dialect {
  delimiter: string
  decimal: '.' | ','
  header: boolean
  names: string[]
  /** As the header has them, untrimmed; empty without a header. */
  originalNames: string[]
  /** Whether names that the header repeats were numbered. */
  isNumbered: boolean
}

/** Texts that mean "nothing here" in files of the field. Read as missing unless other marks are named. */
export const usualMissingMarks = ['', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'NULL', 'null', 'None', '#N/A', '?', '-']

const delimiters = [',', ';', '\t', '|']
const number = /^[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?$/i

/** Splits CSV text into records after RFC 4180, at most `limit`. A record that is cut off at the end is left out. */
export function parseRecords(text: string, delimiter: string, limit: number): string[][] {
  const records: string[][] = []
  let fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let i = 0; i < text.length && records.length < limit; i += 1) {
    const character = text[i]!
    if (isQuoted) {
      if (character !== '"') field += character
      else if (text[i + 1] === '"') {
        field += '"'
        i += 1
      } else isQuoted = false
    } else if (character === '"' && field === '') isQuoted = true
    else if (character === delimiter) {
      fields.push(field)
      field = ''
    } else if (character === '\n') {
      fields.push(field.endsWith('\r') ? field.slice(0, -1) : field)
      if (fields.length > 1 || fields[0] !== '') records.push(fields)
      fields = []
      field = ''
    } else field += character
  }
  return records
}

/** A text as a field of a record; one that is empty is quoted, so that it is told from one that is missing. */
export function csvField(text: string, delimiter: string): string {
  const needsQuotes = text === '' || text.includes(delimiter) || /["\r\n]/.test(text)
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text
}

/** The delimiter that cuts the first records into the most fields, the same number in each. */
function sniffDelimiter(text: string): string {
  let best = { delimiter: ',', score: -1 }
  for (const delimiter of delimiters) {
    const records = parseRecords(text, delimiter, 100)
    const width = records[0]?.length ?? 1
    const even = records.filter(record => record.length === width).length / Math.max(1, records.length)
    const score = width > 1 ? even * even * (1 + Math.log(width)) : 0
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
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
}

/** How a CSV text is written, from its beginning. What `options` says is not sniffed. */
export function sniffDialect(text: string, options: DialectOptions, fileName: string): Dialect {
  const complete = text.endsWith('\n') ? text : `${text}\n`
  const delimiter = options.delimiter ?? sniffDelimiter(complete)
  const records = parseRecords(complete, delimiter, 200)
  const [first, ...rest] = records
  if (!first)
    throw new AppError('bad-file', `${fileName} holds no row at all`, { mend: 'Choose a file with a header and rows.' })
  const looksLikeData =
    !isNumbering(first[0] === '' ? first.slice(1) : first) &&
    first.every(field => field.trim() === '' || number.test(field.trim())) &&
    first.some(field => field.trim() !== '')
  const header = options.header ?? !looksLikeData
  const found = header ? nameIndex(first.map(name => name.trim())) : first.map((_, i) => `column_${i + 1}`)
  const names = options.numberRepeated ? numberRepeated(found) : found
  checkNames(names, fileName, true)
  const decimal = options.decimal ?? sniffDecimal(header ? rest : records, delimiter)
  const isNumbered = names.some((name, i) => name !== found[i])
  return { delimiter, header, names, originalNames: header ? first : [], isNumbered, decimal }
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
      mend: 'Give every column a name in the first row, or say that there is no header with --no-header.',
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
