import { shorten } from '../../../shared/lib/shorten.ts'
import type { ColumnProfile, ColumnType } from '../../../shared/model/dataset.ts'
import { type DuckDBConnection, identifier, inParts } from './duckdb.ts'
import { type Ordered, orderColumns, quantileLevels } from './ordered-columns.ts'
import type { SortIndexWriter } from './sort-index-writer.ts'

const topValues = 10
/** A column of more distinct values than this has no "top values" worth naming, unless it is text. */
const mostDistinctForTop = 1000
/** Of a column with more distinct texts these are not kept, and it has a sort index only where each is there twice as a rule. */
const mostKeptTexts = 1 << 16
/** Of all columns that have one: a text takes a tenth of a kilobyte while it is sorted by. */
const mostSortedTexts = 1 << 20
const columnsPerQuery = 50
/** Of least and largest values alone. */
const rangesPerQuery = 1000
/** Asked about at once, so that what is counted of distinct values fits into memory. */
const cellsPerQuery = 1 << 24
/** The square of a larger number is none that a double holds: such a column has no standard deviation. */
const squareable = 1e150

type Column = Pick<ColumnProfile, 'name' | 'type'>
type Basic = Omit<ColumnProfile, 'name' | 'type' | 'top'>

/** The column as a number, NULL where missing or infinite: booleans 0/1, dates milliseconds since 1970 UTC. */
export function asNumber(name: string, type: ColumnType): string {
  if (type === 'number') return `CASE WHEN isfinite(${identifier(name)}) THEN ${identifier(name)} END`
  return asDouble({ name, type })
}

/** The same with what is infinite or no number. */
function asDouble({ name, type }: Column): string {
  const column = identifier(name)
  if (type === 'date' || type === 'datetime') return `epoch_ms(CAST(${column} AS TIMESTAMP))::DOUBLE`
  return `CAST(${column} AS DOUBLE)`
}

function basicsOf({ name, type }: Column, i: number, ordered: Ordered | undefined): string[] {
  const column = identifier(name)
  const missing = `count(*) - count(${column}) AS "missing${i}"`
  if (type === 'text') {
    const range = [`min(${column}) AS "min${i}"`, `max(${column}) AS "max${i}"`]
    return [missing, `count(DISTINCT ${column}) AS "distinct${i}"`, ...range]
  }
  const value = asNumber(name, type)
  // Told by what is known of the column already: DuckDB plans a condition in as many times as there are columns squared.
  const most = Math.max(Math.abs(ordered?.min ?? 0), Math.abs(ordered?.max ?? 0))
  const deviation = most < squareable ? `stddev_samp(${value})` : 'NULL'
  return [missing, `avg(${value}) AS "mean${i}"`, `${deviation} AS "deviation${i}"`]
}

/**
 * The profile of every column of a relation of so many rows that has the Parquet file's types. Statistics are exact and leave missing and
 * infinite values out; quantiles are linear between order statistics (type 7). Cost: two passes, a sort of each column but texts, and one pass per text
 * column. What is sorted in this is also kept as sort indexes, where a writer is given, and so are texts that repeat.
 */
export async function profileColumns(
  connection: DuckDBConnection,
  relation: string,
  columns: Column[],
  rows: number,
  index: SortIndexWriter | null,
  progress: (fraction: number) => void,
): Promise<ColumnProfile[]> {
  if (index) return profilePart(connection, relation, columns, rows, index, progress)
  return inParts(connection, relation, columns, (some, part, start) =>
    profilePart(connection, some, part, rows, null, fraction =>
      progress((start + fraction * part.length) / columns.length),
    ),
  )
}

async function profilePart(
  ...[connection, relation, columns, rows, index, progress]: Parameters<typeof profileColumns>
): ReturnType<typeof profileColumns> {
  const exact = await exactColumns(connection, relation, columns)
  const numeric = columns
    .filter(({ type }) => type !== 'text')
    .toSorted((a, b) => Number(exact.has(b.name)) - Number(exact.has(a.name)))
  const found = await orderColumns(
    connection,
    relation,
    numeric.map(asDouble),
    rows,
    fraction => progress((fraction * numeric.length) / (columns.length + numeric.length)),
    index?.reserve(numeric.filter(({ name }) => exact.has(name)).map(({ name }) => name)),
  )
  const ordered = new Map(numeric.map(({ name }, i) => [name, { ...found[i]!, isExact: exact.has(name) }]))
  const profiles: ColumnProfile[] = []
  const atOnce = Math.max(1, Math.min(columnsPerQuery, Math.floor(cellsPerQuery / rows)))
  for (let start = 0; start < columns.length; start += atOnce) {
    const part = columns.slice(start, start + atOnce)
    const basics = await readBasics(connection, relation, part, ordered)
    const tops = await readTops(connection, relation, part, basics)
    for (const [i, { name, type }] of part.entries()) profiles.push({ name, type, ...basics[i]!, top: tops[i]! })
    progress((numeric.length + profiles.length) / (columns.length + numeric.length))
  }
  if (index) await indexTexts(connection, relation, profiles, rows, index)
  return profiles
}

/** Names of the columns no two values of which are one as DOUBLE. */
async function exactColumns(connection: DuckDBConnection, relation: string, columns: Column[]): Promise<Set<string>> {
  const doubtful = columns.filter(({ type }) => type === 'integer' || type === 'datetime')
  const exact = new Set(
    columns.filter(({ type }) => ['number', 'boolean', 'date'].includes(type)).map(({ name }) => name),
  )
  for (let start = 0; start < doubtful.length; start += rangesPerQuery) {
    const part = doubtful.slice(start, start + rangesPerQuery)
    const tests = part.map(({ name, type }) => {
      const column = identifier(name)
      if (type === 'datetime') return `count_if(epoch_us(${column}) % 1000 <> 0) = 0`
      const most = Number.MAX_SAFE_INTEGER
      return `coalesce(min(${column}) >= -${most} AND max(${column}) <= ${most}, true)`
    })
    const reader = await connection.runAndReadAll(`SELECT ${tests.join(', ')} FROM ${relation}`)
    for (const [i, isExact] of reader.getRowsJS()[0]!.entries()) if (isExact) exact.add(part[i]!.name)
  }
  return exact
}

/** Texts are sorted by the numbers of their distinct values, where these are few. */
async function indexTexts(
  connection: DuckDBConnection,
  relation: string,
  profiles: ColumnProfile[],
  rows: number,
  index: SortIndexWriter,
): Promise<void> {
  let sum = 0
  const texts = profiles
    .filter(({ type, distinct }) => type === 'text' && distinct > 0 && distinct <= Math.max(mostKeptTexts, rows / 2))
    .toSorted((a, b) => a.distinct - b.distinct)
    .filter(({ distinct }) => {
      sum += distinct
      return sum <= mostSortedTexts
    })
  const sink = index.reserve(texts.map(({ name }) => name))
  const codes = texts.slice(0, sink.indexes).map(({ name, distinct }, i) => ({
    name,
    distinct,
    text: identifier(name),
    order: identifier(`texts in order ${i}`),
    code: identifier(`code ${i}`),
  }))
  if (codes.length === 0) return
  for (const { name, distinct, text, order } of codes) {
    await connection.run(
      `CREATE TEMP TYPE ${order} AS ENUM (SELECT ${text} FROM (SELECT DISTINCT ${text} FROM ${relation}) WHERE ${text} IS NOT NULL ORDER BY 1)`,
    )
    if (distinct > mostKeptTexts) continue
    const kept = await connection.runAndReadAll(`SELECT unnest(enum_range(NULL::${order}))`)
    index.keepTexts(
      name,
      kept.getRowsJson().map(([each]) => String(each)),
    )
  }
  const select = codes.map(({ text, order, code }) => `enum_code(CAST(${text} AS ${order})) AS ${code}`)
  // A table is made by all threads, and a stream by one.
  await connection.run(`CREATE TEMP TABLE "text codes" AS SELECT ${select.join(', ')} FROM ${relation}`)
  const expressions = codes.map(({ code }) => `CAST(${code} AS DOUBLE)`)
  await orderColumns(connection, '"text codes"', expressions, rows, () => {}, sink)
  await connection.run('DROP TABLE "text codes"')
}

async function readBasics(
  connection: DuckDBConnection,
  relation: string,
  columns: Column[],
  ordered: Map<string, Ordered & { isExact: boolean }>,
): Promise<Basic[]> {
  const select = columns.flatMap((column, i) => basicsOf(column, i, ordered.get(column.name)))
  const reader = await connection.runAndReadAll(`SELECT ${select.join(', ')} FROM ${relation}`)
  const row = reader.getRowObjectsJS()[0] as Record<string, unknown>
  const finite = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
  const basics: Basic[] = []
  for (const [i, column] of columns.entries()) {
    const shared = {
      missing: Number(row[`missing${i}`]),
      mean: finite(row[`mean${i}`]),
      standardDeviation: finite(row[`deviation${i}`]),
    }
    const own = ordered.get(column.name)
    if (!own) {
      const range = { min: textOf(row[`min${i}`]), max: textOf(row[`max${i}`]) }
      basics.push({
        ...shared,
        ...range,
        distinct: Number(row[`distinct${i}`]),
        infinite: 0,
        quantiles: [],
        histogram: null,
      })
      continue
    }
    const { min, max, infinite, histogram, quantiles } = own
    basics.push({
      ...{ ...shared, min, max, infinite, histogram },
      distinct: own.isExact ? own.distinct : await countDistinct(connection, relation, column),
      quantiles: (quantiles ?? []).map((value, j) => ({ q: quantileLevels[j]!, value })),
    })
  }
  return basics
}

async function countDistinct(connection: DuckDBConnection, relation: string, { name }: Column): Promise<number> {
  const counted = await connection.runAndReadAll(`SELECT count(DISTINCT ${identifier(name)}) FROM ${relation}`)
  return Number(counted.getRowsJS()[0]![0])
}

/** The most frequent values, ties by value. Columns of few values are counted together, others of text one by one. */
async function readTops(
  connection: DuckDBConnection,
  relation: string,
  columns: Column[],
  basics: Basic[],
): Promise<ColumnProfile['top'][]> {
  const few = columns.flatMap(({ name }, i) =>
    basics[i]!.distinct <= mostDistinctForTop
      ? [{ i, sql: `histogram(CAST(${identifier(name)} AS VARCHAR)) AS "t${i}"` }]
      : [],
  )
  const tops: ColumnProfile['top'][] = columns.map(() => [])
  if (few.length) {
    const reader = await connection.runAndReadAll(`SELECT ${few.map(({ sql }) => sql).join(', ')} FROM ${relation}`)
    const row = reader.getRowObjectsJson()[0] as Record<string, { key: string; value: number | string }[] | null>
    for (const { i } of few)
      tops[i] = topOf((row[`t${i}`] ?? []).map(({ key, value }) => ({ value: key, count: Number(value) })))
  }
  for (const [i, { name, type }] of columns.entries()) {
    if (type !== 'text' || basics[i]!.distinct <= mostDistinctForTop) continue
    const column = identifier(name)
    const reader = await connection.runAndReadAll(
      `SELECT ${column}, count(*) AS count FROM ${relation} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${topValues}`,
    )
    tops[i] = topOf(reader.getRowsJS().map(([value, count]) => ({ value: String(value), count: Number(count) })))
  }
  return tops
}

function topOf(counts: ColumnProfile['top']): ColumnProfile['top'] {
  const sorted = counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return sorted.slice(0, topValues).map(({ value, count }) => ({ value: textOf(value) ?? '', count }))
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? shorten(value, 200) : null
}
