import { z } from 'zod'
import { Histogram } from './dataset.ts'
import { Digest, Name, TimeMs } from './ids.ts'

export const Endpoint = z.object({
  endpoint: Name,
  url: z.string(),
  /** Every replica is scraped on its own address where they are known; else the one address. */
  status: z.enum(['up', 'down', 'unknown']),
  lastSeenAt: TimeMs.nullable(),
  message: z.string().nullable(),
  model: z.string().nullable(),
  version: z.number().int().nullable(),
  bundleDigest: Digest.nullable(),
  rows: z.number().int(),
  errors: z.number().int(),
  latencyMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  /** Columns that drifted in the latest comparison; null before the first. */
  drifted: z.array(z.string()).nullable(),
  createdAt: TimeMs,
})
export type Endpoint = z.infer<typeof Endpoint>

export const ColumnDrift = z.object({
  name: z.string(),
  kind: z.enum(['number', 'category', 'prediction']),
  statistic: z.string(),
  value: z.number(),
  threshold: z.number(),
  drifted: z.boolean(),
  /** Rows seen in the window. */
  rows: z.number().int(),
  /** Every statistic that was computed: id → value. */
  statistics: z.record(z.string(), z.number()),
  /** Share of rows that would have to move to another bin: total variation distance, 0 to 1. */
  effectSize: z.number(),
  missing: z.object({ reference: z.number(), current: z.number() }),
  /** Shares of rows; `histogram.edges` for numbers (open bins at both ends folded in), `labels` for categories. */
  labels: z.array(z.string()),
  reference: z.array(z.number()),
  current: z.array(z.number()),
  edges: Histogram.shape.edges,
})
export type ColumnDrift = z.infer<typeof ColumnDrift>

export const DriftReport = z.object({
  endpoint: Name,
  model: z.string(),
  version: z.number().int().nullable(),
  bundleDigest: Digest,
  window: z.object({ from: TimeMs, to: TimeMs }),
  replicas: z.number().int(),
  rows: z.number().int(),
  enoughRows: z.boolean(),
  drifted: z.boolean(),
  columns: z.array(ColumnDrift),
})
export type DriftReport = z.infer<typeof DriftReport>

export const Replay = z.object({
  url: z.string(),
  sent: z.number().int(),
  errors: z.number().int(),
  seconds: z.number(),
  /** The first refusals, in the server's words. */
  messages: z.array(z.string()),
})
export type Replay = z.infer<typeof Replay>
