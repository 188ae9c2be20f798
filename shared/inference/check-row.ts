import { shorten } from '../lib/shorten.ts'
import type { ColumnType } from '../model/dataset.ts'
import type { DataContract } from './bundle.ts'
import { toNumber, toText } from './raw-value.ts'
import type { RawValue } from './signature.ts'

/** What is wrong with one field of one row, in words for the person who sent it. */
export interface FieldProblem {
  /** From 0. */
  row: number
  field: string
  expected: string
  got: string
}

const expectedWords: Record<ColumnType, string> = {
  number: 'a finite number',
  integer: 'a finite number',
  boolean: 'true, false, 0 or 1',
  date: 'an ISO 8601 date or milliseconds since 1970 UTC',
  datetime: 'an ISO 8601 time or milliseconds since 1970 UTC',
  text: 'a text',
}

const namesOf = new WeakMap<DataContract, Set<string>>()

/** Holds a row against the contract: unknown, absent, missing and wrongly typed fields. Empty when it can be scored. */
export function checkRow(contract: DataContract, row: unknown, index = 0): FieldProblem[] {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) {
    return [{ row: index, field: '', expected: 'an object of column names and values', got: describe(row) }]
  }
  const fields = row as Record<string, unknown>
  const problems: FieldProblem[] = []
  let known = 0
  for (const { name, type, required, nullable } of contract.columns) {
    const isThere = Object.hasOwn(fields, name)
    if (isThere) known += 1
    const value = isThere ? fields[name] : undefined
    if (value === undefined) {
      if (required) problems.push({ row: index, field: name, expected: expectedWords[type], got: 'no such field' })
    } else if (value === null) {
      if (!nullable) problems.push({ row: index, field: name, expected: expectedWords[type], got: 'null' })
    } else {
      const raw = value as RawValue
      if ((type === 'text' ? toText(raw) : toNumber(raw, type)) === undefined) {
        problems.push({ row: index, field: name, expected: expectedWords[type], got: describe(value) })
      }
    }
  }
  if (Object.keys(fields).length > known) problems.push(...unknownFields(contract, fields, index))
  return problems
}

/** The problems of many rows, at most `limit` of them. */
export function checkRows(contract: DataContract, rows: readonly unknown[], limit = 20): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (let index = 0; index < rows.length && problems.length < limit; index += 1) {
    problems.push(...checkRow(contract, rows[index], index))
  }
  return problems.slice(0, limit)
}

/** One sentence: `Row 3, field "age": expected a finite number, got the text "x"`. Rows count from 1 here. */
export function describeProblem({ row, field, expected, got }: FieldProblem): string {
  return `Row ${row + 1}${field ? `, field "${field}"` : ''}: expected ${expected}, got ${got}`
}

function unknownFields(contract: DataContract, fields: Record<string, unknown>, row: number): FieldProblem[] {
  let names = namesOf.get(contract)
  if (!names) {
    names = new Set(contract.columns.map(column => column.name))
    namesOf.set(contract, names)
  }
  return Object.keys(fields)
    .filter(field => !names.has(field))
    .map(field => ({ row, field, expected: 'no field of this name', got: describe(fields[field]) }))
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `the text ${JSON.stringify(shorten(value, 60))}`
  return String(value)
}
