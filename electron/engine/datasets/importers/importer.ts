import type { ColumnType, ReadOptions } from '../../../../shared/model/dataset.ts'
import type { ByteScan } from '../byte-scan.ts'
import type { DuckDBConnection } from '../duckdb.ts'

export interface SourceColumn {
  name: string
  type: ColumnType
  /** SQL over the importer's relation that gives the column, missing values as NULL. */
  expression: string
  /** For a column read as text of which most values are numbers: how many, and one that is none. */
  mixed?: { numbers: number; others: number; example: string }
  /** As the file has it, where that differs. */
  originalName?: string
}

/** A file as DuckDB reads it, once it is known what it is. */
export interface OpenedSource {
  /** SQL of a relation; its rows come in the order of the file. */
  relation: string
  columns: SourceColumn[]
  /** What was sniffed, overridden by what was said. */
  options: ReadOptions
  /** The first text above the header, where rows with one were left out without being told to. */
  leftOut?: string | null
  /** Makes a failure of DuckDB over this relation one that names the place in the file. */
  explain(error: unknown): Promise<unknown>
}

export interface PrepareContext {
  scan: ByteScan
  temporaryFolder: string
  /** How the user calls the file. */
  fileName: string
  /** Whether the file is but the beginning of the one that it is called after. */
  isHead?: boolean
  signal?: AbortSignal
  /** Told of a workbook once its sheet is chosen, whether or not that can be read as a table. */
  onWorkbook?(workbook: Workbook): unknown
}

export interface Workbook {
  sheets: string[]
  /** The one that is read. */
  sheet: string
  /** Path of its rows as CSV, in UTF-8. */
  text: string
}

export interface OpenContext {
  connection: DuckDBConnection
  fileName: string
  progress?(fraction: number | null, phase: string): void
}

/** Everything that can be told without DuckDB. */
export interface Prepared {
  /** The file that DuckDB must be let to read: the source, or a transcoded copy. */
  file: string
  /** Where it is known already: wide tables need more memory. */
  columnCount?: number
  open(context: OpenContext): Promise<OpenedSource>
}

/** One file format. One file, one line in `importers/index.ts`. */
export interface Importer {
  id: NonNullable<ReadOptions['format']>
  /** Lower case, with the dot. */
  extensions: readonly string[]
  /** A file of lines, of which a head can be read alone. */
  isText?: boolean
  /** The first bytes of every file of this format, where it has such. */
  magic?: string
  prepare(file: string, options: ReadOptions, context: PrepareContext): Promise<Prepared>
}

/** SQL type of each column type, as the Parquet file has it. */
export const sqlTypes: Record<ColumnType, string> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  datetime: 'TIMESTAMP',
  text: 'VARCHAR',
}
