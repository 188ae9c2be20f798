import { z } from 'zod'
import { Digest, Sha256 } from '../model/ids.ts'

/** Non-empty bins only: [bin, count] pairs, ascending. `missing` rows are in no bin. */
export const SparseCounts = z.object({
  name: z.string(),
  bins: z.array(z.tuple([z.number().int(), z.number().int()])),
  missing: z.number().int(),
})
export type SparseCounts = z.infer<typeof SparseCounts>

/** What one replica counted in one span of time. Counts of one (replica, boot, window start) only ever grow. */
export const DriftWindow = z.object({
  replica: z.string(),
  /** New at each start of the replica. */
  boot: z.string(),
  /** Rises with each change of this window's counts: of two copies of a window the higher one is the truth. */
  sequence: z.number().int(),
  /** Milliseconds since 1970 UTC, a multiple of `spanMs`. */
  startMs: z.number().int(),
  spanMs: z.number().int(),
  rows: z.number().int(),
  errors: z.number().int(),
  columns: z.array(SparseCounts),
  predictions: z.array(SparseCounts),
  /** Over the server's latency bounds, which stand in the answer: one count a bound and one above. */
  latency: z.array(z.number().int()),
})
export type DriftWindow = z.infer<typeof DriftWindow>

/** The answer of `GET /drift?since=MS`. */
export const DriftAnswer = z.object({
  formatVersion: z.literal(1),
  model: z.object({ name: z.string(), version: z.number().int().nullable(), digest: Digest }),
  /** SHA-256 of the canonical JSON of the reference's bins: edges and labels without counts. */
  binSetDigest: Sha256,
  latencyBoundsMs: z.array(z.number()),
  windows: z.array(DriftWindow),
})
export type DriftAnswer = z.infer<typeof DriftAnswer>
