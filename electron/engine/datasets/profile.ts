import type { ColumnProfile, ColumnType } from '../../../shared/model/dataset.ts'
import { type DuckDBConnection, identifier } from './duckdb.ts'

const quantileLevels = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
const histogramBins = 30
const topValues = 10
/** A column of more distinct values than this has no "top values" worth naming, unless it is text. */
const mostDistinctForTop = 1000
const columnsPerQuery = 50
/** The square of a larger number is none that a double holds: such a column has no standard deviation. */
const squareable = 1e150

interface Basic {
  missing: number
  infinite: number
  distinct: number
  min: number | null
  max: number | null
  textMin: string | null
  textMax: string | null
  mean: number | null
  standardDeviation: number | null
  quantiles: number[] | null
}

/** The column as a number, NULL where missing or infinite: booleans 0/1, dates milliseconds since 1970 UTC. */
export function asNumber(name: string, type: ColumnType): string {
  const column = identifier(name)
  if (type === 'date' || type === 'datetime') return `epoch_ms(CAST(${column} AS TIMESTAMP))::DOUBLE`
  if (type === 'number') return `CASE WHEN isfinite(${column}) THEN ${column} END`
  return `CAST(${column} AS DOUBLE)`
}

function basicsOf(name: string, type: ColumnType, i: number): string[] {
  const column = identifier(name)
  const shared = [`count(*) - count(${column}) AS "missing${i}"`, `count(DISTINCT ${column}) AS "distinct${i}"`]
  if (type === 'text') return [...shared, `min(${column}) AS "textMin${i}"`, `max(${column}) AS "textMax${i}"`]
  const value = asNumber(name, type)
  return [
    ...shared,
    `${type === 'number' ? `count_if(isinf(${column}))` : '0'} AS "infinite${i}"`,
    `min(${value}) AS "min${i}"`,
    `max(${value}) AS "max${i}"`,
    `avg(${value}) AS "mean${i}"`,
    `CASE WHEN count_if(abs(${value}) >= ${squareable}) = 0 THEN stddev_samp(CASE WHEN abs(${value}) < ${squareable} THEN ${value} END) END AS "deviation${i}"`,
    `quantile_cont(${value}, [${quantileLevels.join(', ')}]) AS "quantiles${i}"`,
  ]
}

/**
 * The profile of every column of a relation that has the Parquet file's types. Statistics are exact and leave missing and
 * infinite values out; quantiles are linear between order statistics (type 7). Cost: two passes and one per text column.
 */
export async function profileColumns(
  connection: DuckDBConnection,
  relation: string,
  columns: { name: string; type: ColumnType }[],
  progress: (fraction: number) => void,
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = []
  for (let start = 0; start < columns.length; start += columnsPerQuery) {
    const part = columns.slice(start, start + columnsPerQuery)
    const basics = await readBasics(connection, relation, part)
    const histograms = await readHistograms(connection, relation, part, basics)
    const tops = await readTops(connection, relation, part, basics)
    for (const [i, column] of part.entries()) {
      const basic = basics[i]!
      profiles.push({
        name: column.name,
        type: column.type,
        missing: basic.missing,
        infinite: basic.infinite,
        distinct: basic.distinct,
        min: column.type === 'text' ? basic.textMin : basic.min,
        max: column.type === 'text' ? basic.textMax : basic.max,
        mean: basic.mean,
        standardDeviation: basic.standardDeviation,
        quantiles: (basic.quantiles ?? []).map((value, j) => ({ q: quantileLevels[j]!, value })),
        histogram: histograms[i]!,
        top: tops[i]!,
      })
      progress(profiles.length / columns.length)
    }
  }
  return profiles
}

async function readBasics(
  connection: DuckDBConnection,
  relation: string,
  columns: { name: string; type: ColumnType }[],
): Promise<Basic[]> {
  const select = columns.flatMap(({ name, type }, i) => basicsOf(name, type, i))
  const reader = await connection.runAndReadAll(`SELECT ${select.join(', ')} FROM ${relation}`)
  const row = reader.getRowObjectsJS()[0] as Record<string, unknown>
  const finite = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
  return columns.map((_, i) => ({
    missing: Number(row[`missing${i}`]),
    infinite: Number(row[`infinite${i}`] ?? 0),
    distinct: Number(row[`distinct${i}`]),
    min: finite(row[`min${i}`]),
    max: finite(row[`max${i}`]),
    textMin: shorten(row[`textMin${i}`]),
    textMax: shorten(row[`textMax${i}`]),
    mean: finite(row[`mean${i}`]),
    standardDeviation: finite(row[`deviation${i}`]),
    quantiles: (row[`quantiles${i}`] as number[] | null | undefined) ?? null,
  }))
}

/** Equal-width bins between the least and the largest value; a column of one value has one bin of width one around it. */
async function readHistograms(
  connection: DuckDBConnection,
  relation: string,
  columns: { name: string; type: ColumnType }[],
  basics: Basic[],
): Promise<(ColumnProfile['histogram'] | null)[]> {
  const binned = columns.flatMap(({ name, type }, i) => {
    const { min, max } = basics[i]!
    if (type === 'text' || min === null || max === null) return []
    const low = min === max ? min - 0.5 : min
    const high = min === max ? max + 0.5 : max
    const value = asNumber(name, type)
    // Where the span is larger than a double, half of everything is taken.
    const half = Number.isFinite(high - low) ? 1 : 0.5
    const place = `floor((${value} * ${half} - (${low * half})) / (${high * half - low * half}) * ${histogramBins})`
    const bin = `CASE WHEN ${value} IS NOT NULL THEN CAST(least(${histogramBins - 1}, ${place}) AS INTEGER) END`
    return [{ i, low, high, sql: `histogram(${bin}) AS "h${i}"` }]
  })
  const result: (ColumnProfile['histogram'] | null)[] = columns.map(() => null)
  if (!binned.length) return result
  const reader = await connection.runAndReadAll(`SELECT ${binned.map(({ sql }) => sql).join(', ')} FROM ${relation}`)
  const row = reader.getRowObjectsJson()[0] as Record<string, { key: number | string; value: number | string }[] | null>
  for (const { i, low, high } of binned) {
    const counts = new Array<number>(histogramBins).fill(0)
    for (const { key, value } of row[`h${i}`] ?? []) counts[Number(key)] = Number(value)
    const edges = Array.from(
      { length: histogramBins + 1 },
      (_, j) => low * (1 - j / histogramBins) + high * (j / histogramBins),
    )
    result[i] = { edges, counts }
  }
  return result
}

/** The most frequent values, ties by value. Columns of few values are counted together, others of text one by one. */
async function readTops(
  connection: DuckDBConnection,
  relation: string,
  columns: { name: string; type: ColumnType }[],
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
  return sorted.slice(0, topValues).map(({ value, count }) => ({ value: shorten(value) ?? '', count }))
}

function shorten(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return value.length > 200 ? `${value.slice(0, 200)}…` : value
}
