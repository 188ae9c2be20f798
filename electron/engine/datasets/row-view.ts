import { AppError } from '../../../shared/errors.ts'
import type { ColumnType, RowFilter, RowOrder } from '../../../shared/model/dataset.ts'
import { identifier } from './duckdb.ts'
import { unknownColumn } from './importers/index.ts'

/** Which rows of a Parquet file are shown and in what order, as SQL over its `file_row_number`; values stand apart. */
export interface RowView {
  /** Gives one column: the numbers of the rows from 0, in no order. */
  select: string
  /** Behind `select` it puts them into the order they are shown in; empty where that is the file's own. */
  order: string
  values: (string | number)[]
  /** What a row must fulfil; null where all are shown, or where that hangs on other rows. */
  where: { sql: string; values: (string | number)[] } | null
  /** The column that they are sorted by; null where they are not, or not by a column alone. */
  sort: RowOrder | null
}

interface Named {
  name: string
  type: ColumnType
}

const relation = 'read_parquet(?, file_row_number = true)'

/** A comparison's value as the column's type reads it. Throws `bad-input` naming the column where it does not fit. */
function valueFor({ name, type }: Named, text: string): { sql: string; value: string | number } {
  const refuse = (kind: string) =>
    new AppError('bad-input', `"${text}" is no ${kind}, but "${name}" holds such`, { mend: `Give a ${kind}.` })
  if (type === 'number' || type === 'integer') {
    const value = Number(text.trim())
    if (text.trim() === '' || Number.isNaN(value)) throw refuse('number')
    return { sql: 'CAST(? AS DOUBLE)', value }
  }
  if (type === 'boolean') {
    const value = text.trim().toLowerCase()
    if (value !== 'true' && value !== 'false') throw refuse('true or false')
    return { sql: 'CAST(? AS BOOLEAN)', value }
  }
  if (type === 'date' || type === 'datetime') {
    const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text.trim()) ? `${text.trim()}T00:00Z` : `${text.trim()}Z`)
    if (Number.isNaN(time)) throw refuse('day such as 2026-01-31, or time such as 2026-01-31T12:00')
    return { sql: 'CAST(? AS TIMESTAMP)', value: new Date(time).toISOString().replace('Z', '') }
  }
  return { sql: '?', value: text }
}

const comparisons: Partial<Record<RowFilter['operator'], string>> = {
  equals: '=',
  'not-equals': 'IS DISTINCT FROM',
  less: '<',
  'at-most': '<=',
  greater: '>',
  'at-least': '>=',
}

function condition(filter: RowFilter, column: Named): { sql: string; values: (string | number)[] } {
  const name = identifier(column.name)
  const { operator } = filter
  if (operator === 'missing') return { sql: `${name} IS NULL`, values: [] }
  if (operator === 'present') return { sql: `${name} IS NOT NULL`, values: [] }
  if (operator === 'infinite') {
    return { sql: column.type === 'number' ? `isinf(${name})` : 'false', values: [] }
  }
  if (operator === 'no-number') {
    return { sql: `${name} IS NOT NULL AND TRY_CAST(CAST(${name} AS VARCHAR) AS DOUBLE) IS NULL`, values: [] }
  }
  const text = filter.value ?? ''
  if (operator === 'contains') {
    return { sql: `contains(lower(CAST(${name} AS VARCHAR)), lower(?))`, values: [text] }
  }
  const { sql, value } = valueFor(column, text)
  return { sql: `${name} ${comparisons[operator]} ${sql}`, values: [value] }
}

/**
 * Filters (all of them must hold), order, repeated rows and named places of a file as one query. Equal keys keep the order of the file, missing
 * values stand last; repeated rows stand together. Null when the rows are shown as they lie in the file.
 */
export function rowView(
  file: string,
  columns: Named[],
  wanted: { where: RowFilter[]; order: RowOrder | null; repeated: boolean; among?: number[] },
): RowView | null {
  const { where, order, repeated, among = [] } = wanted
  if (where.length === 0 && order === null && !repeated && among.length === 0) return null
  const named = (name: string): Named => {
    const found = columns.find(column => column.name === name)
    if (!found) {
      throw unknownColumn(
        name,
        columns.map(column => column.name),
        'The dataset',
      )
    }
    return found
  }
  const conditions = where.map(filter => condition(filter, named(filter.column)))
  if (among.length > 0) conditions.push({ sql: `file_row_number IN (${among.map(() => '?')})`, values: among })
  const keys: string[] = []
  if (order) keys.push(`${identifier(named(order.column).name)} ${order.isDescending ? 'DESC' : 'ASC'} NULLS LAST`)
  let from = relation
  const values: (string | number)[] = [file]
  if (repeated) {
    const all = columns.map(({ name }) => identifier(name)).join(', ')
    from = `(SELECT *, hash(${all}) AS "row hash" FROM ${relation})`
    conditions.push({ sql: `"row hash" IN (SELECT "row hash" FROM repeats)`, values: [] })
    if (!order) keys.push('"row hash"')
  }
  const all = conditions.map(({ sql }) => `(${sql})`).join(' AND ')
  const select = `SELECT CAST(file_row_number AS UINTEGER) AS place FROM ${from} ${all && `WHERE ${all}`}`
  const inOrder = keys.length ? `ORDER BY ${[...keys, 'file_row_number'].join(', ')}` : ''
  const ownValues = conditions.flatMap(each => each.values)
  values.push(...ownValues)
  if (!repeated)
    return { select, order: inOrder, values, where: all ? { sql: all, values: ownValues } : null, sort: order }
  const repeats = `WITH repeats AS MATERIALIZED (SELECT "row hash" FROM ${from} GROUP BY 1 HAVING count(*) > 1)`
  return { select: `${repeats} ${select}`, order: inOrder, values: [file, ...values], where: null, sort: null }
}
