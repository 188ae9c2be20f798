import { z } from 'zod'
import { Name, Sha256, TimeMs } from './ids.ts'
import { ErrorRecord } from './job.ts'

export const columnTypes = ['number', 'integer', 'boolean', 'date', 'datetime', 'text'] as const
export const ColumnType = z.enum(columnTypes)
export type ColumnType = z.infer<typeof ColumnType>

export const Histogram = z.object({
  /** n + 1 ascending edges; bin i is [edges[i], edges[i+1]), the last one closed. */
  edges: z.array(z.number()),
  counts: z.array(z.number().int()),
})
export type Histogram = z.infer<typeof Histogram>

/** What is in a column. Dates count as milliseconds since 1970 UTC wherever a number stands for them. */
export const ColumnProfile = z.object({
  name: z.string(),
  type: ColumnType,
  missing: z.number().int(),
  /** Infinite values; they are neither missing nor part of the statistics below. */
  infinite: z.number().int(),
  distinct: z.number().int(),
  min: z.union([z.number(), z.string()]).nullable(),
  max: z.union([z.number(), z.string()]).nullable(),
  mean: z.number().nullable(),
  standardDeviation: z.number().nullable(),
  quantiles: z.array(z.object({ q: z.number(), value: z.number() })),
  histogram: Histogram.nullable(),
  top: z.array(z.object({ value: z.string(), count: z.number().int() })),
})
export type ColumnProfile = z.infer<typeof ColumnProfile>

export const warningKinds = [
  'id-like',
  'constant',
  'all-missing',
  'target-copy',
  'infinite-values',
  'duplicate-rows',
  'mixed-types',
  'renamed-column',
  'rows-left-out',
  'alike-values',
] as const
export const DatasetWarning = z.object({
  kind: z.enum(warningKinds),
  column: z.string().nullable(),
  message: z.string(),
  /** The numbers that the message rests on. */
  evidence: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
})
export type DatasetWarning = z.infer<typeof DatasetWarning>

export const ReadOptions = z.object({
  format: z.enum(['csv', 'xlsx', 'parquet', 'jsonl']).optional(),
  delimiter: z.string().min(1).max(4).optional(),
  decimal: z.enum(['.', ',']).optional(),
  encoding: z.enum(['utf-8', 'utf-16', 'latin-1', 'windows-1252']).optional(),
  /** Texts that stand for a missing value, besides the empty field. */
  missing: z.array(z.string()).optional(),
  header: z.boolean().optional(),
  /** Names that a header repeats are numbered, `a`, `a_1`, `a_2`, where they would be refused. */
  numberRepeated: z.boolean().optional(),
  /** Rows above the header that are left out; told by itself where it is plain. Empty ones count, and one whose quoted fields hold line ends is one. */
  skip: z.number().int().min(0).max(1_000_000).optional(),
  types: z.record(z.string(), ColumnType).optional(),
  /** Of a workbook; the first that holds something when left out. */
  sheet: z.string().optional(),
})
export type ReadOptions = z.infer<typeof ReadOptions>

/** How a file is read whose rows go to a model, which says itself of which types its columns are. */
export const RowsReadOptions = ReadOptions.omit({ types: true })
export type RowsReadOptions = z.infer<typeof RowsReadOptions>

export const DatasetVersion = z.object({
  dataset: Name,
  version: z.number().int().positive(),
  /** Of the Parquet file, which is also its name in the store. */
  sha256: Sha256,
  rows: z.number().int(),
  sizeBytes: z.number().int(),
  columns: z.array(ColumnProfile),
  warnings: z.array(DatasetWarning),
  target: z.string().nullable(),
  source: z.object({ fileName: z.string(), sha256: Sha256, sizeBytes: z.number().int() }),
  /** As they were used: what was sniffed, overridden by what was said. */
  readOptions: ReadOptions,
  /**
   * In the store: how these columns sort, in this order, and from which byte to before which their different texts stand, null where these are not kept.
   * Absent in short datasets, and in those of versions without it; one without texts is of a version before, and not read.
   */
  sortIndex: z
    .object({
      sha256: Sha256,
      columns: z.array(z.string()),
      texts: z.array(z.tuple([z.number().int(), z.number().int()]).nullable()).optional(),
    })
    .optional(),
  createdAt: TimeMs,
})
export type DatasetVersion = z.infer<typeof DatasetVersion>

export const DatasetSummary = z.object({
  dataset: Name,
  versions: z.number().int(),
  latest: DatasetVersion.pick({ version: true, rows: true, sizeBytes: true, target: true, createdAt: true }).extend({
    columns: z.number().int(),
    warnings: z.number().int(),
  }),
})
export type DatasetSummary = z.infer<typeof DatasetSummary>

/** How a file would be read. Types are told from what was seen; an import holds them against every row. */
export const FilePreview = z.object({
  fileName: z.string(),
  sizeBytes: z.number().int(),
  format: z.string(),
  /** False when only the head of the file was looked at. */
  isWhole: z.boolean(),
  /** As sniffed, overridden by what was said. */
  options: ReadOptions,
  columns: z.array(
    z.object({
      name: z.string(),
      type: ColumnType,
      /** A text in a column that is mostly numbers; null where there is none. */
      oddText: z.string().nullable(),
      /** As the file has the name, where that differs; null where it does not. */
      originalName: z.string().nullable(),
    }),
  ),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  /** Rows in what was looked at. */
  rowsSeen: z.number().int(),
  /** Of the whole file, told from these. */
  rowsExpected: z.number().int(),
  /** The first lines of a text file as they stand in it; of a workbook the first rows of the sheet, with commas between their cells. */
  raw: z.array(z.string()),
  /** Of a workbook; none in other files. */
  sheets: z.array(z.string()),
  /** Why it cannot be read in this way. */
  problem: ErrorRecord.nullable(),
})
export type FilePreview = z.infer<typeof FilePreview>

export const rowOperators = [
  'equals',
  'not-equals',
  'less',
  'at-most',
  'greater',
  'at-least',
  'contains',
  'missing',
  'present',
  'infinite',
  'no-number',
] as const
/** A condition on a column; `value` as a person writes it, read as the column's type. */
export const RowFilter = z.object({ column: z.string(), operator: z.enum(rowOperators), value: z.string().optional() })
export type RowFilter = z.infer<typeof RowFilter>

/** Missing values stand last; equal ones keep the order of the file. */
export const RowOrder = z.object({ column: z.string(), isDescending: z.coerce.boolean().default(false) })
export type RowOrder = z.infer<typeof RowOrder>

/** How a target goes with a column, over groups of the column's values. */
export const ColumnRelation = z.object({
  /** True when a sample stands for the rows. */
  isSample: z.boolean(),
  /** The most frequent target values, at most 10; empty where the target is a number and `mean` speaks of it. */
  classes: z.array(z.string()),
  groups: z.array(
    z.object({
      /** The value; empty for a span from `low` to `high`; null for missing values, which come last. */
      label: z.string().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      rows: z.number().int(),
      mean: z.number().nullable(),
      /** Rows of each class. */
      counts: z.array(z.number().int()),
    }),
  ),
})
export type ColumnRelation = z.infer<typeof ColumnRelation>
