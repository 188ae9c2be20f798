import { AppError } from '../../../../shared/errors.ts'
import type { ColumnType, ReadOptions } from '../../../../shared/model/dataset.ts'
import { identifier, machineFailure } from '../duckdb.ts'
import { checkNames } from './csv-dialect.ts'
import { type OpenContext, type OpenedSource, type SourceColumn, sqlTypes } from './importer.ts'
import { unknownColumn } from './text-types.ts'

function ownType(sql: string): ColumnType {
  if (sql === 'BOOLEAN') return 'boolean'
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/.test(sql)) return 'integer'
  if (/^(FLOAT|DOUBLE|DECIMAL|UBIGINT|HUGEINT)/.test(sql)) return 'number'
  if (sql === 'DATE') return 'date'
  if (/^TIMESTAMP/.test(sql)) return 'datetime'
  return 'text'
}

/** A relation whose file format carries types: each column keeps its own, or takes the one that was said. */
export async function openTyped(relation: string, options: ReadOptions, context: OpenContext): Promise<OpenedSource> {
  const explain = async (error: unknown) => {
    if (error instanceof AppError) return error
    const own = machineFailure(error)
    if (own) return own
    const message = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    return new AppError('bad-file', `${context.fileName} cannot be read as ${options.format}: ${message}`, {
      cause: error,
    })
  }
  try {
    const described = await context.connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`)
    const found = described.getRowsJS().map(([name, type]) => ({ name: String(name), sql: String(type) }))
    const names = found.map(column => column.name)
    checkNames(names, context.fileName)
    for (const name of Object.keys(options.types ?? {})) {
      if (!names.includes(name)) throw unknownColumn(name, names, context.fileName)
    }
    const columns: SourceColumn[] = found.map(({ name, sql }) => {
      const type = options.types?.[name] ?? ownType(sql)
      const column = identifier(name)
      const nested = /STRUCT|MAP|\[\]|UNION/.test(sql)
      const expression = nested ? `CAST(to_json(${column}) AS VARCHAR)` : `CAST(${column} AS ${sqlTypes[type]})`
      return { name, type, expression }
    })
    return { relation, columns, options, explain }
  } catch (error) {
    throw await explain(error)
  }
}
