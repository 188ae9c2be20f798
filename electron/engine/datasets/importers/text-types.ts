import { AppError } from '../../../../shared/errors.ts'
import { formatCount } from '../../../../shared/lib/format.ts'
import type { ColumnType } from '../../../../shared/model/dataset.ts'
import { type DuckDBConnection, identifier, textLiteral } from '../duckdb.ts'
import type { SourceColumn } from './importer.ts'

/** Columns looked at in one query: a file of ten thousand columns would make one query too large. */
const columnsPerQuery = 100

/** Ways to write a day that are told apart by trying each over the whole column. */
const dayFormats = ['%Y-%m-%d', '%d.%m.%Y', '%Y/%m/%d', '%d/%m/%Y', '%m/%d/%Y'] as const

interface Reading {
  type: ColumnType
  /** SQL that reads the text, NULL where it does not fit. */
  expression: string
}

function numberText(column: string, decimal: '.' | ','): string {
  return decimal === ',' ? `replace(replace(trim(${column}), '.', ''), ',', '.')` : `trim(${column})`
}

function readings(name: string, decimal: '.' | ','): Record<string, Reading> {
  const column = identifier(name)
  const digits = numberText(column, decimal)
  const flag = `CASE lower(trim(${column})) WHEN 'true' THEN true WHEN 'false' THEN false END`
  return {
    boolean: { type: 'boolean', expression: flag },
    integer: {
      type: 'integer',
      expression: `CASE WHEN regexp_full_match(${digits}, '[-+]?[0-9]{1,18}') THEN TRY_CAST(${digits} AS BIGINT) END`,
    },
    number: { type: 'number', expression: `TRY_CAST(${digits} AS DOUBLE)` },
    ...Object.fromEntries(
      dayFormats.map(format => [
        format,
        { type: 'date' as const, expression: `CAST(try_strptime(trim(${column}), ${textLiteral(format)}) AS DATE)` },
      ]),
    ),
    datetime: {
      type: 'datetime',
      expression: `CASE WHEN regexp_matches(${column}, '^\\s*\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}') THEN CAST(TRY_CAST(trim(${column}) AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) END`,
    },
    text: { type: 'text', expression: column },
  }
}

/**
 * Decides the type of each text column of a relation over all of its rows: the narrowest that every value fits. Numbers
 * with a leading zero (`00123`) are names, not amounts, and stay text. What `types` says is not decided but held against
 * every value: the first that does not fit is an error naming its row.
 */
export async function typeColumns(
  connection: DuckDBConnection,
  relation: string,
  names: string[],
  options: {
    decimal: '.' | ','
    types: Record<string, ColumnType>
    fileName: string
    progress?(fraction: number): void
  },
): Promise<SourceColumn[]> {
  for (const name of Object.keys(options.types)) {
    if (!names.includes(name)) throw unknownColumn(name, names, options.fileName)
  }
  const columns: SourceColumn[] = []
  for (let start = 0; start < names.length; start += columnsPerQuery) {
    const part = names.slice(start, start + columnsPerQuery)
    columns.push(...(await typePart(connection, relation, part, options)))
    options.progress?.(Math.min(1, (start + columnsPerQuery) / names.length))
  }
  return columns
}

async function typePart(
  connection: DuckDBConnection,
  relation: string,
  names: string[],
  options: { decimal: '.' | ','; types: Record<string, ColumnType>; fileName: string },
): Promise<SourceColumn[]> {
  const counts = names.flatMap((name, i) => {
    const column = identifier(name)
    const digits = numberText(column, options.decimal)
    return [
      `count(${column}) AS "n${i}"`,
      `count_if(regexp_matches(${digits}, '^[-+]?0[0-9]')) AS "zero${i}"`,
      ...Object.entries(readings(name, options.decimal)).map(
        ([key, reading]) => `count(${reading.expression}) AS "${key}${i}"`,
      ),
    ]
  })
  const reader = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${relation}`)
  const row = reader.getRowObjectsJS()[0] as Record<string, number | bigint>
  const columns: SourceColumn[] = []
  for (const [i, name] of names.entries()) {
    const of = (key: string) => Number(row[`${key}${i}`])
    const all = readings(name, options.decimal)
    const said = options.types[name]
    if (said) {
      const key = said === 'date' ? (dayFormats.find(format => of(format) === of('n')) ?? '%Y-%m-%d') : said
      const reading = all[key]!
      if (of(key) < of('n')) throw await misfit(connection, relation, name, reading, options.fileName)
      columns.push({ name, ...reading })
      continue
    }
    columns.push({ name, ...all[decide(of)]! })
  }
  return columns
}

function decide(of: (key: string) => number): string {
  const fits = (key: string) => of('n') > 0 && of(key) === of('n')
  if (of('n') === 0) return 'number'
  if (fits('boolean')) return 'boolean'
  if (of('zero') === 0) {
    if (fits('integer')) return 'integer'
    if (fits('number')) return 'number'
  }
  const days = dayFormats.filter(fits)
  // 03/04/2026 may be either: only a column that settles it is a date.
  if (days.length === 1) return days[0]!
  if (fits('datetime')) return 'datetime'
  return 'text'
}

async function misfit(
  connection: DuckDBConnection,
  relation: string,
  name: string,
  reading: Reading,
  fileName: string,
): Promise<AppError> {
  const column = identifier(name)
  const found = await connection.runAndReadAll(
    `SELECT place, value FROM (SELECT row_number() OVER () AS place, ${column} AS value, ${reading.expression} AS read FROM ${relation})
     WHERE value IS NOT NULL AND read IS NULL ORDER BY place LIMIT 1`,
  )
  const [place, value] = found.getRowsJS()[0] as [bigint, string]
  const shown = value.length > 60 ? `${value.slice(0, 60)}…` : value
  return new AppError(
    'bad-data',
    `${fileName}: row ${formatCount(Number(place))} of column "${name}" is "${shown}", which is no ${reading.type}`,
    {
      mend: `Correct the value, name it with --missing, or leave out --type for "${name}".`,
    },
  )
}

/** The error for a column that is not there, with the name that was probably meant. */
export function unknownColumn(name: string, names: string[], place: string): AppError {
  const near = names.filter(other => distance(other.toLowerCase(), name.toLowerCase()) <= Math.max(2, name.length / 4))
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
