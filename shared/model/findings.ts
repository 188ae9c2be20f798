import { z } from 'zod'
import { ForecastFindings } from './forecast.ts'
import { LearnedTree, Weights } from './learned.ts'

/** Rows of each part. */
const Parts = z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() })

/** Of numbers the mean, of texts the most frequent one; null where all are missing. */
const Typical = z.union([z.number(), z.string()]).nullable()

/** One cell of a row that is far from what is usual in the training rows. */
export const UnusualCell = z.object({
  column: z.string(),
  /** As the column holds it; null where it is missing. */
  value: Typical,
  /** The median, or the most frequent text. */
  usual: Typical,
})
export type UnusualCell = z.infer<typeof UnusualCell>

/** What a model of what is usual found in all rows that it was given. */
export const Anomalies = z.object({
  kind: z.literal('anomalies'),
  /** Rows of a lower score are called anomalies. */
  threshold: z.number(),
  below: Parts,
  /** Scores of all rows: counts between equally spaced edges, one more than counts. */
  scores: z.object({ edges: z.array(z.number()), counts: z.array(z.number().int()) }),
  /** The lowest scores first; `row` is the index in the dataset version. */
  rows: z.array(
    z.object({
      row: z.number().int(),
      part: z.enum(['train', 'validation', 'test']),
      score: z.number(),
      unusual: z.array(UnusualCell),
    }),
  ),
})
export type Anomalies = z.infer<typeof Anomalies>

/** What the rows of each cluster are like, told by the training rows in the units of the data. */
export const Clusters = z.object({
  kind: z.literal('clusters'),
  clusters: z.array(z.object({ cluster: z.string(), rows: Parts })),
  /** Columns in which the clusters differ most come first. */
  columns: z.array(
    z.object({
      column: z.string(),
      all: Typical,
      /** One a cluster. */
      centres: z.array(Typical),
      /** The share of the column's spread that lies between the clusters, 0 to 1: η² of numbers, Cramér's V² of texts. */
      told: z.number(),
    }),
  ),
})
export type Clusters = z.infer<typeof Clusters>

/** How trees answer training rows that they did not draw: a score of unseen rows for which none are set aside. */
export const OutOfBag = z.object({
  kind: z.literal('out-of-bag'),
  metrics: z.record(z.string(), z.number()),
  /** Rows that at least one tree did not draw, of so many. */
  rows: z.number().int(),
  of: z.number().int(),
})
export type OutOfBag = z.infer<typeof OutOfBag>

/** What was found beside scores. */
export const Findings = z.discriminatedUnion('kind', [
  Anomalies,
  Clusters,
  ForecastFindings,
  OutOfBag,
  Weights,
  LearnedTree,
])
export type Findings = z.infer<typeof Findings>
