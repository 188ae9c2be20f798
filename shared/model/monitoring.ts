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
  /** Columns that drifted in the latest comparison of what came lately; null before the first. */
  drifted: z.array(z.string()).nullable(),
  createdAt: TimeMs,
})
export type Endpoint = z.infer<typeof Endpoint>

export const TimeSpan = z.object({ from: TimeMs, to: TimeMs })
export type TimeSpan = z.infer<typeof TimeSpan>

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
  /** What each statistic is held against: the larger of its default and its noise. */
  thresholds: z.record(z.string(), z.number()),
  /** What data without drift exceeds once in a thousand windows of these sizes; not there where a side has no rows. */
  noise: z.record(z.string(), z.number()),
  /** Rows that `reference` holds. */
  referenceRows: z.number().int(),
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
  window: TimeSpan,
  /** What it was compared with: the training rows, or another window of the same endpoint. */
  against: z.object({ rows: z.number().int(), window: TimeSpan.nullable() }),
  replicas: z.number().int(),
  rows: z.number().int(),
  enoughRows: z.boolean(),
  drifted: z.boolean(),
  /** In the order of the signature, predictions last; of more than 1,000 the 200 that moved furthest, by their thresholds, and the one that was asked for. */
  columns: z.array(ColumnDrift),
  /** How many there are of all columns, and how many of them drift. */
  all: z.object({ columns: z.number().int(), drifted: z.number().int() }),
  /** What the ids in `statistics` stand for. A distance says drift at or above its threshold, a probability below it. */
  explained: z.array(
    z.object({ id: z.string(), name: z.string(), help: z.string(), measure: z.enum(['distance', 'probability']) }),
  ),
})
export type DriftReport = z.infer<typeof DriftReport>

/** A quantile read off a histogram: the true one lies above `low` and at or below `high` (null: beyond the last bound). */
export const HistogramQuantile = z.object({ value: z.number(), low: z.number(), high: z.number().nullable() })
export type HistogramQuantile = z.infer<typeof HistogramQuantile>
export const Latency = z.object({ p50: HistogramQuantile, p95: HistogramQuantile, p99: HistogramQuantile })
export type Latency = z.infer<typeof Latency>

export const Traffic = TimeSpan.extend({
  rows: z.number().int(),
  /** Answered ones; a request holds one row or more. */
  requests: z.number().int(),
  /** Requests that were refused or failed. */
  errors: z.number().int(),
  latencyMs: Latency.nullable(),
})
export type Traffic = z.infer<typeof Traffic>

/** One column over the buckets of a history: arrays of the length of `buckets`. */
export const ColumnHistory = z.object({
  name: z.string(),
  kind: ColumnDrift.shape.kind,
  /** Of the statistic that stands for the column there; null where the bucket has no row of it. */
  value: z.array(z.number().nullable()),
  threshold: z.array(z.number().nullable()),
  statistic: z.array(z.string().nullable()),
  rows: z.array(z.number().int()),
  /** Always false where there are too few rows to tell. */
  drifted: z.array(z.boolean()),
})
export type ColumnHistory = z.infer<typeof ColumnHistory>

/** What an endpoint did over time. A stretch in which nothing was counted has no bucket. */
export const History = z.object({
  endpoint: Name,
  model: z.string().nullable(),
  version: z.number().int().nullable(),
  /** The span that the buckets divide, and the usual width of one: windows that were rolled up make wider ones. */
  window: TimeSpan,
  widthMs: z.number().int(),
  /** Traffic of every model that was served; `comparedRows` are those of the model that is served now. */
  buckets: z.array(
    Traffic.extend({
      comparedRows: z.number().int(),
      enoughRows: z.boolean(),
      /** How many of all columns drift. */
      drifted: z.number().int(),
    }),
  ),
  /** False where the model is not of this workspace: then there is nothing to compare with, and no column. */
  hasReference: z.boolean(),
  /** Of more than 1,000 the 200 that were furthest from the training rows at their worst. */
  columns: z.array(ColumnHistory),
  /** How many there are in all. */
  allColumns: z.number().int(),
})
export type History = z.infer<typeof History>

/** What an endpoint did lately. */
export const Lately = z.object({
  endpoint: Name,
  lastHour: Traffic,
  /** Rows a minute over the last hour, oldest first. */
  rowsByMinute: z.array(z.number().int()),
  /** Over the last hour; the last day where that has too few rows, then everything. Null without reference or rows. */
  drift: z
    .object({
      window: TimeSpan,
      rows: z.number().int(),
      enoughRows: z.boolean(),
      columns: z.number().int(),
      drifted: z.array(z.string()),
      worst: z.object({ name: z.string(), statistic: z.string(), value: z.number(), threshold: z.number() }),
    })
    .nullable(),
})
export type Lately = z.infer<typeof Lately>

/** Something that happened to an endpoint: marked by a person, or seen by the engine. */
export const EndpointEvent = z.object({
  /** Null for what is known from elsewhere (an alias) and so cannot be taken away here. */
  event: z.number().int().nullable(),
  endpoint: Name,
  at: TimeMs,
  kind: z.enum(['mark', 'model', 'drift', 'state', 'alias']),
  text: z.string(),
})
export type EndpointEvent = z.infer<typeof EndpointEvent>

export const Replay = z.object({
  url: z.string(),
  sent: z.number().int(),
  errors: z.number().int(),
  seconds: z.number(),
  /** The first refusals, in the server's words. */
  messages: z.array(z.string()),
})
export type Replay = z.infer<typeof Replay>
