import { AppError } from '../../../shared/errors.ts'
import type { ColumnType, RowFilter, RowOrder } from '../../../shared/model/dataset.ts'
import { identifier } from './duckdb.ts'
import { unknownColumn } from './importers/index.ts'
import type { IndexedColumn } from './sort-index.ts'

/** SQL with the values in it standing apart. */
export interface Sql {
  sql: string
  values: (string | number)[]
}

/** What a row must fulfil. */
export interface Condition extends Sql {
  /** How the order of its column tells which rows do; null where it does not. */
  stretches: Stretches | null
}

/** A comparison that is false of all values of a column up to some place of its order, and true of those behind it. */
export interface Turn extends Sql {
  /** What is compared with, as a text that is a double; null where values are no numbers. */
  number: string | null
  /** Whether it turns behind the values that equal it, not before them. */
  isBehind: boolean
}

/** A condition whose answer changes at a few places only of its column's ascending order. */
export interface OfTurns {
  index: IndexedColumn
  /** Ascending by their places. */
  turns: Turn[]
  /** Whether rows are let through before the first turn, between it and the next, …, behind the last. */
  isIn: boolean[]
  /** Whether those are where the value is missing. */
  isMissingIn: boolean
}

/** Any condition on a column whose different texts are kept. */
export interface OfTexts {
  index: IndexedColumn
  column: string
  condition: Sql
}

/** How the order of a column tells what a condition lets through. */
export type Stretches = OfTurns | OfTexts

/** Which rows of a Parquet file are shown and in what order, as SQL over its `file_row_number`; values stand apart. */
export interface RowView {
  /** Gives one column: the numbers of the rows from 0, in no order. */
  select: string
  /** Behind `select` it puts them into the order they are shown in; empty where that is the file's own. */
  order: string
  values: (string | number)[]
  /** What a row must fulfil, each of them; null where all are shown, or where that hangs on other rows. */
  where: Condition[] | null
  /** How they are sorted by one column, and its index where it has one; null where they are not, or not by a column alone. */
  sort: { index: IndexedColumn | null; isDescending: boolean } | null
}

interface Named {
  name: string
  type: ColumnType
}

const relation = 'read_parquet(?, file_row_number = true)'

/** A comparison's value as the column's type reads it. Throws `bad-input` naming the column where it does not fit. */
function valueFor({ name, type }: Named, text: string): { sql: string; value: string; number: string | null } {
  const refuse = (kind: string) =>
    new AppError('bad-input', `"${text}" is no ${kind}, but "${name}" holds such`, { mend: `Give a ${kind}.` })
  if (type === 'number' || type === 'integer') {
    const number = Number(text.trim())
    if (text.trim() === '' || Number.isNaN(number)) throw refuse('number')
    // As a text: the binding takes whole numbers for integers, and refuses large ones.
    return { sql: 'CAST(? AS DOUBLE)', value: String(number), number: String(number) }
  }
  if (type === 'boolean') {
    const value = text.trim().toLowerCase()
    if (value !== 'true' && value !== 'false') throw refuse('true or false')
    return { sql: 'CAST(? AS BOOLEAN)', value, number: String(Number(value === 'true')) }
  }
  if (type === 'date' || type === 'datetime') {
    const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text.trim()) ? `${text.trim()}T00:00Z` : `${text.trim()}Z`)
    if (Number.isNaN(time)) throw refuse('day such as 2026-01-31, or time such as 2026-01-31T12:00')
    return {
      sql: 'CAST(? AS TIMESTAMP)',
      value: new Date(time).toISOString().replace('Z', ''),
      number: String(time),
    }
  }
  return { sql: '?', value: text, number: null }
}

const comparisons: Partial<Record<RowFilter['operator'], string>> = {
  equals: '=',
  'not-equals': 'IS DISTINCT FROM',
  less: '<',
  'at-most': '<=',
  greater: '>',
  'at-least': '>=',
}

/** Where the answer of an operator changes along the order of a column, and the answers before, between and behind. */
const turnsOf: Partial<Record<RowFilter['operator'], { turns: ('>=' | '>')[]; isIn: boolean[] }>> = {
  missing: { turns: [], isIn: [false] },
  present: { turns: [], isIn: [true] },
  equals: { turns: ['>=', '>'], isIn: [false, true, false] },
  'not-equals': { turns: ['>=', '>'], isIn: [true, false, true] },
  less: { turns: ['>='], isIn: [true, false] },
  'at-most': { turns: ['>'], isIn: [true, false] },
  greater: { turns: ['>'], isIn: [false, true] },
  'at-least': { turns: ['>='], isIn: [false, true] },
}

function stretchesOf(filter: RowFilter, named: Named, index: IndexedColumn | null): Stretches | null {
  const { column, operator, value = '' } = filter
  if (index?.texts) return { index, column, condition: condition(filter, named) }
  const shape = turnsOf[operator]
  if (!shape || !index) return null
  const turns = shape.turns.map((turn): Turn => {
    const { sql, value: bound, number } = valueFor(named, value)
    return { sql: `${identifier(column)} ${turn} ${sql}`, values: [bound], number, isBehind: turn === '>' }
  })
  return { index, turns, isIn: shape.isIn, isMissingIn: operator === 'missing' || operator === 'not-equals' }
}

function condition(filter: RowFilter, column: Named): Sql {
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
 * values stand last; repeated rows stand together. Null when the rows are shown as they lie in the file. `indexOf` gives the index of a column.
 */
export function rowView(
  file: string,
  columns: Named[],
  wanted: { where: RowFilter[]; order: RowOrder | null; repeated: boolean; among?: number[] },
  indexOf: (column: string) => IndexedColumn | null = () => null,
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
  const conditions = where.map((filter): Condition => {
    const column = named(filter.column)
    return { ...condition(filter, column), stretches: stretchesOf(filter, column, indexOf(filter.column)) }
  })
  if (among.length > 0)
    conditions.push({ sql: `file_row_number IN (${among.map(() => '?')})`, values: among, stretches: null })
  const keys: string[] = []
  if (order) keys.push(`${identifier(named(order.column).name)} ${order.isDescending ? 'DESC' : 'ASC'} NULLS LAST`)
  let from = relation
  const values: (string | number)[] = [file]
  if (repeated) {
    const all = columns.map(({ name }) => identifier(name)).join(', ')
    from = `(SELECT *, hash(${all}) AS "row hash" FROM ${relation})`
    conditions.push({ sql: `"row hash" IN (SELECT "row hash" FROM repeats)`, values: [], stretches: null })
    if (!order) keys.push('"row hash"')
  }
  const all = allOf(conditions)
  const select = `SELECT CAST(file_row_number AS UINTEGER) AS place FROM ${from} ${all.sql && `WHERE ${all.sql}`}`
  const inOrder = keys.length ? `ORDER BY ${[...keys, 'file_row_number'].join(', ')}` : ''
  values.push(...all.values)
  if (!repeated) {
    const sort = order && { index: indexOf(order.column), isDescending: order.isDescending }
    return { select, order: inOrder, values, where: conditions.length ? conditions : null, sort }
  }
  const repeats = `WITH repeats AS MATERIALIZED (SELECT "row hash" FROM ${from} GROUP BY 1 HAVING count(*) > 1)`
  return { select: `${repeats} ${select}`, order: inOrder, values: [file, ...values], where: null, sort: null }
}

/** One that holds where all of them do; empty where there is none. */
export function allOf(conditions: readonly Sql[]): Sql {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  }
}
