import { z } from 'zod'
import { canonicalJson } from '../lib/canonical-json.ts'
import { ColumnType } from '../model/dataset.ts'
import { ForecastRequest } from '../model/forecast.ts'
import { Sha256 } from '../model/ids.ts'
import { RecalibrationMethod, SplitBy } from '../model/run.ts'

export const bundleRoles = ['model', 'signature', 'profile', 'contract', 'golden', 'provenance'] as const

/** `bundle.json`: its canonical bytes are what the bundle digest is taken over. */
export const BundleManifest = z.object({
  formatVersion: z.literal(1),
  files: z.array(
    z.object({
      path: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'A bundle file lies in the bundle folder itself'),
      sha256: Sha256,
      sizeBytes: z.number().int(),
      role: z.enum(bundleRoles),
    }),
  ),
})
export type BundleManifest = z.infer<typeof BundleManifest>

/** The names of the files in a bundle folder beside `bundle.json`, by role. */
export const bundleFiles = {
  model: 'model.onnx',
  signature: 'signature.json',
  profile: 'profile.json',
  contract: 'contract.json',
  golden: 'golden.json',
  provenance: 'provenance.json',
} as const satisfies Record<(typeof bundleRoles)[number], string>

/** The bytes of `bundle.json`, files sorted by path. The digest of a bundle is `sha256:` + SHA-256 of these. */
export function bundleManifestText(files: BundleManifest['files']): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  return canonicalJson({ formatVersion: 1, files: sorted })
}

/** `contract.json`: what a row must be like to be scored. */
export const DataContract = z.object({
  formatVersion: z.literal(1),
  columns: z.array(
    z.object({
      name: z.string(),
      type: ColumnType,
      /** Must be named in every row; a missing value (null) is allowed unless `nullable` is false. */
      required: z.boolean(),
      nullable: z.boolean(),
      /** As the signature says it. */
      about: z.string().optional(),
    }),
  ),
})
export type DataContract = z.infer<typeof DataContract>

/** `golden.json`: synthetic rows and the answers that every copy of this model must give. */
export const Golden = z.object({
  formatVersion: z.literal(1),
  /** Largest |Δ| allowed: for probabilities absolute, for values relative to max(1, |y|). */
  tolerance: z.number(),
  rows: z.array(z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))),
  outputs: z.array(
    z.object({
      prediction: z.union([z.number(), z.string()]),
      probabilities: z.record(z.string(), z.number()).optional(),
    }),
  ),
})
export type Golden = z.infer<typeof Golden>

const NumberBins = z.object({
  name: z.string(),
  kind: z.literal('number'),
  /**
   * Ascending cut points without repeats: up to 256 quantiles of the reference rows, ten rows apart or more (one apart in bundles made before).
   * Bin i counts values, rounded to float32, with exactly i cut points ≤ value, so there is one bin more than cut points.
   */
  edges: z.array(z.number()),
  counts: z.array(z.number().int()),
  missing: z.number().int(),
  /**
   * The outer edges of a drawn histogram: five finite reference values lie below and five above, since the least and the greatest would
   * be those of single rows (which they are in bundles made before). Null where there are too few to tell.
   */
  min: z.number().nullable(),
  max: z.number().nullable(),
})
const CategoryBins = z.object({
  name: z.string(),
  kind: z.literal('category'),
  /** The labels by falling count, at most 100, none of fewer than 5 rows (rare ones are counted under `other`). */
  labels: z.array(z.string()),
  /** One a label, then one for every other label. */
  counts: z.array(z.number().int()),
  missing: z.number().int(),
})
export const ReferenceColumn = z.discriminatedUnion('kind', [NumberBins, CategoryBins])
export type ReferenceColumn = z.infer<typeof ReferenceColumn>
export type NumberBins = z.infer<typeof NumberBins>
export type CategoryBins = z.infer<typeof CategoryBins>

/** `profile.json`: counts of the training rows over the bins that live traffic is counted in. Never rows. */
export const ReferenceProfile = z.object({
  formatVersion: z.literal(1),
  rows: z.number().int(),
  /** The raw input columns, in the order of the signature. */
  columns: z.array(ReferenceColumn),
  /**
   * Of the outputs on the same rows: `probability CLASS` for each class but the first, as numbers, and `class` as a
   * category; or `value`.
   */
  predictions: z.array(ReferenceColumn),
})
export type ReferenceProfile = z.infer<typeof ReferenceProfile>

/** `provenance.json`: where the model came from. Only facts that are the same on every machine: no time, no path. */
export const Provenance = z.object({
  formatVersion: z.literal(1),
  latheVersion: z.string(),
  /** Null for an imported file. */
  dataset: z.object({ name: z.string(), version: z.number().int(), sha256: Sha256 }).nullable(),
  target: z.string().nullable(),
  algorithm: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()),
  seed: z.number().int().nullable(),
  splitColumn: z.string().nullable(),
  splitBy: SplitBy.default('parts'),
  exclude: z.array(z.string()),
  /** Of rows that repeat another only the first was learned from. */
  distinctRows: z.boolean().default(false),
  /** Drawn from all rows; missing where all were split. */
  sampleRows: z.number().int().optional(),
  positive: z.string().nullable(),
  /** How its probabilities were put right; missing for as they came. */
  recalibration: RecalibrationMethod.optional(),
  /** Whether it learned from the validation rows as well in the end; missing where not. */
  refit: z.literal(true).optional(),
  metrics: z.record(z.string(), z.number()),
  /** Of a model that takes the last values of a series. */
  forecast: ForecastRequest.optional(),
  imported: z.object({ fileName: z.string(), sha256: Sha256, producer: z.string() }).nullable(),
})
export type Provenance = z.infer<typeof Provenance>
