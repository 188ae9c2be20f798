import { AppError } from '../../../../shared/errors.ts'
import { formatCount } from '../../../../shared/lib/format.ts'
import { shorten } from '../../../../shared/lib/shorten.ts'

/** A record of CSV text; an empty line is one of one empty field. `start` counts the characters before it. */
interface TextRow {
  fields: string[]
  start: number
}

/** Where a table begins in a text, and how its fields are cut. */
export interface FoundTable {
  delimiter: string
  /** Rows above its first one, empty lines among them; a row whose quoted fields hold line ends is one. */
  skip: number
  /** Characters before its first row. */
  start: number
  /** Its first rows, without empty lines. */
  records: string[][]
  /** The first text of the rows that were left out because they are plainly none of it; null where none were. */
  leftOut: string | null
}

const delimiters = [',', ';', '\t', '|']
const seenRows = 200
const number = /^[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?$/i
const numberOrTime = /^([-+]?[\d.,]+(e[-+]?\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?)$/i

export const isNumber = (field: string) => number.test(field.trim())
const isFilled = (field: string) => field.trim() !== ''
const isEmptyLine = ({ fields }: TextRow) => fields.length === 1 && fields[0] === ''
const fieldsOf = (rows: TextRow[]) => rows.filter(row => !isEmptyLine(row)).map(({ fields }) => fields)

/** Splits CSV text into records after RFC 4180, at most `limit`. A record that is cut off at the end is left out. */
function parseRows(text: string, delimiter: string, limit: number): TextRow[] {
  const rows: TextRow[] = []
  let fields: string[] = []
  let field = ''
  let isQuoted = false
  let start = 0
  for (let i = 0; i < text.length && rows.length < limit; i += 1) {
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
      rows.push({ fields, start })
      fields = []
      field = ''
      start = i + 1
    } else field += character
  }
  return rows
}

/** How well records are those of one table: many fields, the same number in each. */
function evenness(records: string[][]): number {
  const width = records[0]?.length ?? 1
  const even = records.filter(record => record.length === width).length / Math.max(1, records.length)
  return width > 1 ? even * even * (1 + Math.log(width)) : 0
}

interface Candidate {
  delimiter: string
  rows: TextRow[]
  /** Index of the first row of the table. */
  first: number
}

function best(candidates: Candidate[]): Candidate | undefined {
  const scored = candidates.map(each => ({
    each,
    score: evenness(fieldsOf(each.rows.slice(each.first)).slice(0, 100)),
  }))
  return scored.reduce((most, next) => (next.score > most.score ? next : most), scored[0]!)?.each
}

/**
 * Finds the table in a text: behind `skip` rows; where that is not said, at its first row that is no empty line, unless that cannot be a header and
 * a later one plainly is (`isGuessed`). Throws a `bad-input` where `skip` leaves nothing, or nothing within the text, when the file goes on behind it.
 */
export function findTable(
  text: string,
  options: { delimiter?: string; skip?: number; isGuessed: boolean },
  { fileName, goesOn }: { fileName: string; goesOn: boolean },
): FoundTable {
  const { skip = 0 } = options
  const known = options.delimiter === undefined ? delimiters : [options.delimiter]
  const candidates = known.map(delimiter => {
    const rows = parseRows(text, delimiter, skip + seenRows)
    return { delimiter, rows, first: rows.findIndex((row, i) => i >= skip && !isEmptyLine(row)) }
  })
  const some = candidates.filter(({ first }) => first >= 0)
  if (!some.length) throw nothingLeft(skip, candidates[0]!.rows.length, fileName, goesOn)
  const plain = best(some)!
  const guessed = options.isGuessed && options.skip === undefined ? guessTable(some, plain) : null
  const { delimiter, rows, first } = guessed ?? plain
  const above = guessed && rows.slice(0, first).flatMap(({ fields }) => fields.filter(isFilled))
  return {
    delimiter,
    skip: first,
    start: rows[first]!.start,
    records: fieldsOf(rows.slice(first)),
    leftOut: above?.[0] ? shorten(above[0].trim(), 100) : null,
  }
}

function nothingLeft(skip: number, rows: number, fileName: string, goesOn: boolean): AppError {
  if (rows === 0 || skip === 0)
    return new AppError('bad-file', `${fileName} holds no row at all`, {
      mend: 'Choose a file with a header and rows.',
    })
  if (goesOn) {
    return new AppError(
      'bad-input',
      `${fileName}: its first ${formatCount(skip)} rows are longer than what is looked at, 1 MB`,
      {
        mend: 'Leave out fewer rows above the header (--skip), or cut them off the file.',
      },
    )
  }
  return new AppError(
    'bad-input',
    `${fileName} has ${formatCount(rows)} rows, so that nothing is left behind the first ${formatCount(skip)}`,
    {
      mend: `Leave out at most ${formatCount(Math.max(0, rows - 2))} rows above the header (--skip): it and a row have to be left.`,
    },
  )
}

/** The reading that leaves rows out above a header, where one is plain and the first row is none. */
function guessTable(candidates: Candidate[], plain: Candidate): Candidate | null {
  const records = fieldsOf(plain.rows.slice(plain.first))
  const [names = []] = records
  const isEven = records.every(record => record.length === names.length)
  // What can be read from its first row on is.
  if (isEven && names.length > 1 && names.slice(1).every(isFilled)) return null
  const isList = isEven && names.length === 1
  const found = candidates.flatMap(each => {
    const first = guessHeader(each, isList)
    return first === null ? [] : [{ ...each, first }]
  })
  return best(found) ?? null
}

/**
 * Index of the row that is plainly the header, below others that are none of the table: all of its fields are filled, those above are not, and it stands apart from them by an
 * empty row, or from the rows below by what kind of values they hold. Null where it is not plain.
 */
function guessHeader({ rows, first }: Candidate, isList: boolean): number | null {
  const records = fieldsOf(rows)
  const widths = Map.groupBy(records.slice(records.length / 2), record => record.length)
  const [width] = [...widths].reduce((most, next) => (next[1].length > most[1].length ? next : most))
  const header = rows.findIndex(({ fields }) => fields.length === width && fields.every(isFilled))
  const behind = fieldsOf(rows.slice(header + 1))
  const below = behind.filter(record => record.length === width)
  if (width < 2 || header <= first || !below.length || 2 * below.length <= behind.length) return null
  const names = rows[header]!.fields.map(name => name.trim())
  if (names.every(isNumber) || names.some(name => usualMissingMarks.includes(name))) return null
  const above = rows
    .slice(first, header)
    .map(({ fields }) => ({ isCut: fields.length !== width, filled: fields.filter(isFilled).length }))
  const isApart = above.some(({ filled }) => filled === 0)
  const isSparse = above.every(({ isCut, filled }) => isCut || 2 * filled <= width)
  if (!isApart && !isSparse) return null
  const isOtherBelow = names.some((name, i) => {
    const values = below.map(record => record[i]!.trim()).filter(value => !usualMissingMarks.includes(value))
    return !numberOrTime.test(name) && values.length > 0 && values.every(value => numberOrTime.test(value))
  })
  if (isOtherBelow) return header
  const isTitle = above.every(({ filled }) => filled <= 1) && new Set(names).size === names.length
  return isTitle && (isApart || (!isList && above.every(({ isCut }) => isCut))) ? header : null
}

/** Texts that mean "nothing here" in files of the field. Read as missing unless other marks are named. */
export const usualMissingMarks = ['', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'NULL', 'null', 'None', '#N/A', '?', '-']
