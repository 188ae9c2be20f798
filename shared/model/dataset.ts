import { z } from 'zod'
import { Name, Sha256, TimeMs } from './ids.ts'

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
  format: z.enum(['csv', 'parquet', 'jsonl']).optional(),
  delimiter: z.string().min(1).max(4).optional(),
  decimal: z.enum(['.', ',']).optional(),
  encoding: z.enum(['utf-8', 'utf-16', 'latin-1', 'windows-1252']).optional(),
  /** Texts that stand for a missing value, besides the empty field. */
  missing: z.array(z.string()).optional(),
  header: z.boolean().optional(),
  types: z.record(z.string(), ColumnType).optional(),
})
export type ReadOptions = z.infer<typeof ReadOptions>

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
