import type { ColumnRelation, ColumnType } from '../../../shared/model/dataset.ts'
import { type DuckDBConnection, identifier, textLiteral } from './duckdb.ts'
import { asNumber } from './profile.ts'

const mostGroups = 20
const mostClasses = 10
/** Above this many rows a sample of as many is looked at. */
const mostRows = 1_000_000

export interface RelationRequest {
  file: string
  column: { name: string; type: ColumnType; distinct: number }
  target: { name: string; type: ColumnType; distinct: number }
  rows: number
}

/**
 * How the target goes with a column: rows in groups (values of a column of few, else twentieths of its order), in each the rows of every
 * target class or the target's mean. Rows without a target are left out; the column's missing values are a group of their own.
 * Above 1 M rows of a sample of 1 M. Cost: two passes over two columns.
 */
export async function relate(connection: DuckDBConnection, request: RelationRequest): Promise<ColumnRelation> {
  const { file, column, target, rows } = request
  const hasClasses = target.type === 'text' || target.type === 'boolean' || target.distinct <= mostClasses
  const isSample = rows > mostRows
  const sample = isSample ? `USING SAMPLE ${mostRows} ROWS (reservoir, 1)` : ''
  const isNumber = column.type !== 'text' && column.type !== 'boolean'
  const value = isNumber ? asNumber(column.name, column.type) : `CAST(${identifier(column.name)} AS VARCHAR)`
  const outcome = hasClasses ? `CAST(${identifier(target.name)} AS VARCHAR)` : asNumber(target.name, target.type)
  await connection.run(
    `CREATE TEMP TABLE pairs AS SELECT ${value} AS v, ${outcome} AS y FROM read_parquet(${textLiteral(file)})
     WHERE ${identifier(target.name)} IS NOT NULL ${sample}`,
  )
  const isBinned = isNumber && column.distinct > mostGroups
  const group = isBinned ? await quantileBin(connection) : await valueGroup(connection)
  const classes = hasClasses
    ? await texts(connection, `SELECT y FROM pairs GROUP BY y ORDER BY count(*) DESC, y LIMIT ${mostClasses}`)
    : []
  const counts = classes.map(name => `count_if(y = ${textLiteral(name)})`)
  const mean = hasClasses ? 'NULL' : 'avg(y)'
  const order = isNumber ? 'min(v)' : 'count(*) DESC, g'
  const reader = await connection.runAndReadAll(
    `SELECT ${group} AS g, count(*), ${isNumber ? 'min(v), max(v)' : 'NULL, NULL'}, ${mean}, ${counts.length ? `[${counts.join(', ')}]` : '[]'}
     FROM pairs GROUP BY g ORDER BY g IS NULL, ${order}`,
  )
  return {
    isSample,
    classes,
    groups: reader.getRowsJson().map(([label, count, low, high, average, each]) => ({
      label: label === null ? null : isBinned ? '' : String(label).slice(0, 200),
      low: low === null ? null : Number(low),
      high: high === null ? null : Number(high),
      rows: Number(count),
      mean: average === null ? null : Number(average),
      counts: (each as unknown[]).map(Number),
    })),
  }
}

async function texts(connection: DuckDBConnection, sql: string): Promise<string[]> {
  return (await connection.runAndReadAll(sql)).getRowsJS().map(([text]) => String(text))
}

/** SQL of the twentieth that a value lies in, NULL for a missing one; equal values lie in one. */
async function quantileBin(connection: DuckDBConnection): Promise<string> {
  const levels = Array.from({ length: mostGroups - 1 }, (_, i) => (i + 1) / mostGroups)
  const reader = await connection.runAndReadAll(`SELECT quantile_cont(v, [${levels.join(', ')}]) FROM pairs`)
  const cell = reader.getRowsJson()[0]![0]
  const edges = [...new Set(Array.isArray(cell) ? cell.map(Number) : [])]
  const cases = edges.map((edge, i) => `WHEN v < ${edge} THEN ${i}`)
  return `CASE WHEN v IS NULL THEN NULL ${cases.join(' ')} ELSE ${edges.length} END`
}

/** SQL of the value itself as text; values beyond the most frequent are one group. */
async function valueGroup(connection: DuckDBConnection): Promise<string> {
  const most = await texts(
    connection,
    `SELECT CAST(v AS VARCHAR) FROM pairs WHERE v IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT ${mostGroups}`,
  )
  return `CASE WHEN v IS NULL THEN NULL WHEN CAST(v AS VARCHAR) IN (${[...most, ''].map(textLiteral).join(', ')}) THEN CAST(v AS VARCHAR) ELSE '(other values)' END`
}
