import { areSentences } from '../../../shared/lib/words.ts'
import type { ColumnProfile, DatasetWarning } from '../../../shared/model/dataset.ts'
import { type DuckDBConnection, identifier } from './duckdb.ts'
import type { OpenedSource } from './importers/index.ts'

const fewRows = 20
/** Wider tables are not grouped by all of their columns to find repeated rows. */
const mostColumnsForDuplicates = 500

/** What a person should know before training on this, each with the numbers it rests on. */
export async function findWarnings(
  connection: DuckDBConnection,
  relation: string,
  columns: ColumnProfile[],
  rows: number,
  target: string | null,
): Promise<DatasetWarning[]> {
  const isCounted = columns.length <= mostColumnsForDuplicates && rows > 1
  const duplicates = isCounted ? await countDuplicates(connection, relation, columns) : 0
  const warnings = columns.flatMap(column => columnWarnings(column, rows, duplicates, target))
  if (target !== null) warnings.push(...(await targetCopies(connection, relation, columns, target, rows)))
  if (duplicates > 0) {
    warnings.push({
      kind: 'duplicate-rows',
      column: null,
      message: `${duplicates} of ${rows} rows repeat another row in every column; a row in both training and test rows makes the score look better than it is`,
      evidence: { duplicates, rows },
    })
  }
  return warnings
}

/** Rows that repeat an earlier one. Only those are held against each other whole whose hashes are equal. */
async function countDuplicates(
  connection: DuckDBConnection,
  relation: string,
  columns: readonly { name: string }[],
): Promise<number> {
  const all = columns.map(({ name }) => identifier(name)).join(', ')
  const reader = await connection.runAndReadAll(
    `WITH repeats AS MATERIALIZED (SELECT hash(${all}) AS hash FROM ${relation} GROUP BY 1 HAVING count(*) > 1),
      suspected AS MATERIALIZED (SELECT ${all} FROM ${relation} WHERE hash(${all}) IN (SELECT hash FROM repeats))
     SELECT (SELECT count(*) FROM suspected) - (SELECT count(*) FROM (SELECT DISTINCT * FROM suspected))`,
  )
  return Number(reader.getRowsJS()[0]![0])
}

function columnWarnings(
  column: ColumnProfile,
  rows: number,
  duplicates: number,
  target: string | null,
): DatasetWarning[] {
  const present = rows - column.missing
  const warnings: DatasetWarning[] = []
  if (present === 0) {
    return [
      {
        kind: 'all-missing',
        column: column.name,
        message: `"${column.name}" holds no value at all`,
        evidence: { missing: column.missing, rows },
      },
    ]
  }
  if (column.distinct <= 1) {
    const value = column.top[0]?.value ?? String(column.min)
    warnings.push({
      kind: 'constant',
      column: column.name,
      message: `"${column.name}" is the same in every row: ${value}`,
      evidence: { value, missing: column.missing },
    })
  }
  if (column.infinite > 0) {
    warnings.push({
      kind: 'infinite-values',
      column: column.name,
      message: `"${column.name}" holds ${column.infinite} infinite values; linear models and networks read them as missing`,
      evidence: { infinite: column.infinite, rows },
    })
  }
  if (column.type === 'text') warnings.push(...alikeValues(column))
  // Sentences differ in nearly every row too; their words are learned from.
  const isProse = column.type === 'text' && areSentences(column.top.map(({ value }) => value))
  const canBeId = column.type === 'integer' || (column.type === 'text' && !isProse)
  if (
    canBeId &&
    column.name !== target &&
    rows >= fewRows &&
    // A row that is there twice has its id twice.
    column.distinct >= 0.95 * (present - duplicates) &&
    column.distinct > 0.5 * (rows - duplicates)
  ) {
    warnings.push({
      kind: 'id-like',
      column: column.name,
      message: `"${column.name}" is different in nearly every row, as an id is: a model can learn it by heart and nothing from it`,
      evidence: { distinct: column.distinct, present },
    })
  }
  return warnings
}

/** Of the most frequent values those that are one value to a reader. */
function alikeValues({ name, top }: ColumnProfile): DatasetWarning[] {
  const alike = Map.groupBy(top, ({ value }) => value.trim().toLowerCase())
  const told = [...alike.values()].filter(group => group.length > 1).flat()
  if (!told.length) return []
  const counts = told.map(({ value, count }, i) => `${JSON.stringify(value)} (${count}${i ? '' : ' rows'})`).join(', ')
  return [
    {
      kind: 'alike-values',
      column: name,
      message: `"${name}" holds values that spaces or upper and lower case alone tell apart, and each counts as another: ${counts}`,
      evidence: Object.fromEntries(told.map(({ value, count }) => [value, count])),
    },
  ]
}

/** What reading the file did that its owner may not expect: rows above the header, and columns. */
export function readingWarnings({ columns, options, leftOut }: OpenedSource): DatasetWarning[] {
  const above: DatasetWarning[] = leftOut
    ? [
        {
          kind: 'rows-left-out',
          column: null,
          message: `The header was found in row ${(options.skip ?? 0) + 1}: what stands above it, "${leftOut}" and so on, was left out; if it is the table's, say so with --skip 0`,
          evidence: { rows: options.skip ?? 0, first: leftOut },
        },
      ]
    : []
  const ofColumns = columns.flatMap(({ name, mixed, originalName }) => {
    const warnings: DatasetWarning[] = []
    if (mixed) {
      warnings.push({
        kind: 'mixed-types',
        column: name,
        message: `"${name}" is read as text: ${mixed.numbers} of its values are numbers and ${mixed.others} are not, such as "${mixed.example}"; if that means missing, name it with --missing`,
        evidence: mixed,
      })
    }
    if (originalName !== undefined) {
      warnings.push({
        kind: 'renamed-column',
        column: name,
        message:
          originalName.trim() === ''
            ? `The first column has no name, as where pandas or R wrote the names of rows; it is called "${name}" here`
            : `"${originalName}" is called "${name}" here: ${reasonOfName(name, originalName.trim())}`,
        evidence: { from: originalName },
      })
    }
    return warnings
  })
  return [...above, ...ofColumns]
}

function reasonOfName(name: string, original: string): string {
  if (original === name) return 'spaces around a name are cut off'
  return /^_\d+$/.test(name.slice(original.length))
    ? 'the file has a column of that name before it'
    : 'the former is what the number of a row is called'
}

/** Columns that say the target in other words: one target value for each of their values, and the other way round. */
async function targetCopies(
  connection: DuckDBConnection,
  relation: string,
  columns: ColumnProfile[],
  target: string,
  rows: number,
): Promise<DatasetWarning[]> {
  const targetProfile = columns.find(column => column.name === target)
  if (!targetProfile || targetProfile.distinct < 2) return []
  const suspects = columns.filter(
    column => column.name !== target && column.distinct === targetProfile.distinct && column.distinct < rows,
  )
  const warnings: DatasetWarning[] = []
  for (const { name } of suspects) {
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FROM (SELECT DISTINCT ${identifier(name)}, ${identifier(target)} FROM ${relation}
       WHERE ${identifier(name)} IS NOT NULL AND ${identifier(target)} IS NOT NULL)`,
    )
    const pairs = Number(reader.getRowsJS()[0]![0])
    if (pairs !== targetProfile.distinct) continue
    warnings.push({
      kind: 'target-copy',
      column: name,
      message: `"${name}" tells the target "${target}" exactly: every value of one goes with one value of the other`,
      evidence: { pairs, distinct: targetProfile.distinct },
    })
  }
  return warnings
}
