import { AppError } from '../../../../shared/errors.ts'
import { formatCount } from '../../../../shared/lib/format.ts'
import { shorten } from '../../../../shared/lib/shorten.ts'
import type { ColumnType } from '../../../../shared/model/dataset.ts'
import { type DuckDBConnection, identifier, inParts } from '../duckdb.ts'
import { dayReadings, dayTimeReadings, type TimeReading } from './day-forms.ts'
import type { SourceColumn } from './importer.ts'

/** Columns looked at in one query: a file of ten thousand columns would make one query too large. */
const columnsPerQuery = 100

/** Readings of a type that is written in several ways, the one that is usual first. */
const waysTo: { [type in ColumnType]?: string[] } = {
  date: dayReadings.map(({ key }) => key),
  datetime: ['datetime', ...dayTimeReadings.map(({ key }) => key)],
}

const timeReadings = new Map<string, TimeReading & { type: 'date' | 'datetime' }>([
  ...dayReadings.map(each => [each.key, { ...each, type: 'date' }] as const),
  ...dayTimeReadings.map(each => [each.key, { ...each, type: 'datetime' }] as const),
])

interface Reading {
  type: ColumnType
  /** SQL that reads the text, NULL where it does not fit. */
  expression: string
  /** The same for texts that are known to fit, where that is cheaper. */
  cheap?: string
}

/** Rows that are looked at first, so that most readings are ruled out before the whole file is asked. */
const mostSampleRows = 5000
const mostSampleCells = 1_000_000
/** A column of text with more than this share of numbers is worth a word. */
const mixedShare = 0.5

function numberText(column: string, decimal: '.' | ','): string {
  if (decimal === '.') return column
  const text = `trim(${column})`
  // Points group thousands; 22.9 among decimal commas is no number, and surely not 229.
  return `CASE WHEN NOT contains(${text}, '.') THEN replace(${text}, ',', '.')
    WHEN regexp_full_match(${text}, '[-+]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]*)?') THEN replace(replace(${text}, '.', ''), ',', '.') END`
}

/** Whether a zero and another digit lead a number, behind signs and spaces. Plain numbers are told by comparing texts, which is much cheaper. */
function hasLeadingZero(digits: string): string {
  const bare = `ltrim(${digits}, ' +-')`
  return `CASE WHEN ${digits} >= '0' THEN ${digits} >= '00' AND ${digits} < '0:'
    WHEN ${digits} >= '-0' AND ${digits} < '-:' THEN ${digits} >= '-00' AND ${digits} < '-0:'
    ELSE starts_with(${bare}, '0') AND substr(${bare}, 2, 1) BETWEEN '0' AND '9' END`
}

/** Which texts a reading may fit: wider than the reading itself, so that what it rules out is surely ruled out. */
const possible = (decimal: '.' | ','): Record<string, RegExp> => ({
  boolean: /^\s*(true|false)\s*$/i,
  // Among decimal commas points group thousands; else a point is no part of a whole number.
  integer: decimal === ',' ? /^\s*[-+]?[\d.]+\s*$/ : /^\s*[-+]?\d+\s*$/,
  number: /^\s*[-+]?([\d.,]+(e[-+]?\d+)?|inf(inity)?|nan)\s*$/i,
  datetime: /^\s*\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/,
  ...Object.fromEntries(Array.from(timeReadings, ([key, { shape }]) => [key, shape])),
})

/** How a column is read in the way that `key` names. */
function readingOf(name: string, key: string, decimal: '.' | ','): Reading {
  const column = identifier(name)
  const time = timeReadings.get(key)
  if (time) {
    const timestamp = time.timestamp(column)
    return { type: time.type, expression: time.type === 'date' ? `CAST(${timestamp} AS DATE)` : timestamp }
  }
  const digits = numberText(column, decimal)
  switch (key) {
    case 'boolean':
      return { type: key, expression: `CASE lower(trim(${column})) WHEN 'true' THEN true WHEN 'false' THEN false END` }
    case 'integer': {
      const cheap = `TRY_CAST(${digits} AS BIGINT)`
      return {
        type: key,
        expression: `CASE WHEN regexp_full_match(trim(${digits}), '[-+]?[0-9]+') THEN ${cheap} END`,
        cheap,
      }
    }
    case 'number':
      return { type: key, expression: `TRY_CAST(${digits} AS DOUBLE)` }
    case 'datetime':
      return {
        type: key,
        expression: `CASE WHEN regexp_matches(${column}, '^\\s*\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}') THEN CAST(TRY_CAST(trim(${column}) AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) END`,
      }
    default:
      return { type: 'text', expression: column }
  }
}

interface TypingOptions {
  decimal: '.' | ','
  types: Record<string, ColumnType>
  fileName: string
  /** Number of the first row of data as a person counts: 2 under a header. */
  firstRow: number
  progress?(fraction: number): void
}

/**
 * Decides the type of each text column of a relation over all of its rows: the narrowest that every value fits. Numbers
 * with a leading zero (`00123`) and whole numbers beyond 2^53 are names, not amounts, and stay text. What `types` says is
 * not decided but held against every value: the first that does not fit is an error naming its row.
 */
export async function typeColumns(
  connection: DuckDBConnection,
  relation: string,
  names: string[],
  options: TypingOptions,
): Promise<SourceColumn[]> {
  const known = new Set(names)
  for (const name of Object.keys(options.types)) {
    if (!known.has(name)) throw unknownColumn(name, names, options.fileName)
  }
  const candidates = await sampleCandidates(connection, relation, names, options.decimal)
  return inParts(
    connection,
    relation,
    names.map(name => ({ name })),
    async (some, part, first) => {
      const columns: SourceColumn[] = []
      for (let start = 0; start < part.length; start += columnsPerQuery) {
        const asked = part.slice(start, start + columnsPerQuery).map(({ name }) => name)
        options.progress?.((first + start) / names.length)
        columns.push(...(await typePart(connection, some, asked, candidates.slice(first + start), options)))
      }
      return columns
    },
  )
}

/** For each column the readings that every value of the first rows may fit, and `number` where most of them do. */
async function sampleCandidates(
  connection: DuckDBConnection,
  relation: string,
  names: string[],
  decimal: '.' | ',',
): Promise<string[][]> {
  const rows = Math.max(10, Math.min(mostSampleRows, Math.floor(mostSampleCells / names.length)))
  const reader = await connection.runAndReadAll(`SELECT * FROM ${relation} LIMIT ${rows}`)
  const columns = reader.getColumnsJS()
  return names.map((_, i) => {
    const present = (columns[i] ?? []).filter(value => value !== null).map(String)
    return Object.entries(possible(decimal)).flatMap(([key, shape]) => {
      const fits = (value: string) => shape.test(value)
      // Of numbers it matters too whether most values are some.
      const isCandidate =
        key === 'number'
          ? present.length === 0 || present.filter(fits).length > mixedShare * present.length
          : present.every(fits)
      return isCandidate ? [key] : []
    })
  })
}

async function typePart(
  connection: DuckDBConnection,
  relation: string,
  names: string[],
  candidates: string[][],
  options: TypingOptions,
): Promise<SourceColumn[]> {
  const asked = names.map((name, i) => {
    const said = options.types[name]
    return said ? (waysTo[said] ?? [said]) : candidates[i]!
  })
  const counts = names.flatMap((name, i) => {
    const column = identifier(name)
    const digits = numberText(column, options.decimal)
    const own = [`count(${column}) AS "n${i}"`]
    if (asked[i]!.includes('number')) {
      own.push(`count_if(${hasLeadingZero(digits)}) AS "zero${i}"`)
    }
    if (asked[i]!.includes('integer')) {
      own.push(`count_if(abs(TRY_CAST(${digits} AS HUGEINT)) > ${Number.MAX_SAFE_INTEGER}) AS "large${i}"`)
    }
    for (const key of asked[i]!) own.push(`count(${readingOf(name, key, options.decimal).expression}) AS "${key}${i}"`)
    return own
  })
  const reader = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${relation}`)
  const row = reader.getRowObjectsJS()[0] as Record<string, number | bigint | undefined>
  const columns: SourceColumn[] = []
  for (const [i, name] of names.entries()) {
    const of = (key: string) => Number(row[`${key}${i}`] ?? 0)
    const said = options.types[name]
    if (said) {
      const ways = waysTo[said] ?? [said]
      const key = ways.find(way => of(way) === of('n')) ?? ways[0]!
      const reading = readingOf(name, key, options.decimal)
      if (of(key) < of('n')) throw await misfit(connection, relation, name, reading, options)
      columns.push({ name, ...settled(reading) })
      continue
    }
    columns.push({
      name,
      ...settled(readingOf(name, decide(of), options.decimal)),
      ...(await mixture(connection, relation, name, of, asked[i]!, options)),
    })
  }
  return columns
}

function settled({ type, expression, cheap }: Reading): Pick<SourceColumn, 'type' | 'expression'> {
  return { type, expression: cheap ?? expression }
}

function decide(of: (key: string) => number): string {
  const fits = (key: string) => of('n') > 0 && of(key) === of('n')
  if (of('n') === 0) return 'number'
  if (fits('boolean')) return 'boolean'
  if (of('zero') === 0 && of('large') === 0) {
    if (fits('integer')) return 'integer'
    if (fits('number')) return 'number'
  }
  for (const ways of Object.values(waysTo)) {
    const fitting = ways.filter(fits)
    // 03/04/2026 may be either: only a column that settles it is a date.
    if (fitting.length === 1) return fitting[0]!
  }
  return 'text'
}

async function misfit(
  connection: DuckDBConnection,
  relation: string,
  name: string,
  reading: Reading,
  { fileName, firstRow }: TypingOptions,
): Promise<AppError> {
  const column = identifier(name)
  const found = await connection.runAndReadAll(
    `SELECT place, value FROM (SELECT row_number() OVER () AS place, ${column} AS value, ${reading.expression} AS read FROM ${relation})
     WHERE value IS NOT NULL AND read IS NULL ORDER BY place LIMIT 1`,
  )
  const [place, value] = found.getRowsJS()[0] as [bigint, string]
  const shown = shorten(value, 60)
  return new AppError(
    'bad-data',
    `${fileName}: row ${formatCount(Number(place) + firstRow - 1)} of column "${name}" is "${shown}", which is no ${reading.type}`,
    {
      mend: `Correct the value, name it with --missing, or leave out --type for "${name}".`,
    },
  )
}

/** What a person should know of a text column most of whose values are numbers; nothing for others. */
async function mixture(
  connection: DuckDBConnection,
  relation: string,
  name: string,
  of: (key: string) => number,
  asked: string[],
  { decimal }: TypingOptions,
): Promise<Pick<SourceColumn, 'mixed'>> {
  const isMixed = asked.includes('number') && of('number') < of('n') && of('number') > mixedShare * of('n')
  if (!isMixed) return {}
  const { expression } = readingOf(name, 'number', decimal)
  const found = await connection.runAndReadAll(
    `SELECT first(${identifier(name)}) FROM ${relation} WHERE ${identifier(name)} IS NOT NULL AND ${expression} IS NULL`,
  )
  const example = String(found.getRowsJS()[0]![0]).slice(0, 60)
  return { mixed: { numbers: of('number'), others: of('n') - of('number'), example } }
}

/** The error for a column that is not there, with the name that was probably meant. */
export function unknownColumn(name: string, names: string[], place: string): AppError {
  // A short name that shares no letter is not one that was meant.
  const reach = Math.min(Math.max(2, name.length / 4), name.length - 1)
  const near = names.filter(other => distance(other.toLowerCase(), name.toLowerCase()) <= reach)
  const mend = near.length
    ? `Did you mean ${near
        .slice(0, 3)
        .map(other => `"${other}"`)
        .join(' or ')}?`
    : `It has ${names
        .slice(0, 12)
        .map(other => `"${other}"`)
        .join(', ')}${names.length > 12 ? ', …' : ''}.`
  return new AppError('bad-input', `${place} has no column "${name}"`, { mend })
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      row[j] = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    before = row
  }
  return before[b.length]!
}
