import { z } from 'zod'
import { ColumnType } from './dataset.ts'
import { Id, Name } from './ids.ts'
import { DeviceId } from './run.ts'

/** How much worse the model is on rows whose values of these columns were shuffled among them. */
export const ColumnImportance = z.object({
  /** More than one where columns tell so nearly the same that only all of them together can be missed. */
  columns: z.array(z.string()).min(1),
  /** Rise of the mean loss, over all shuffles. */
  rise: z.number(),
  /** 95 % interval of it over the rows. */
  interval: z.tuple([z.number(), z.number()]),
})
export type ColumnImportance = z.infer<typeof ColumnImportance>

/** How the answer changes along a column among rows that are there already (Apley and Zhu 2020, accumulated local effects); its mean over the rows is 0. */
export const LocalEffects = z.object({
  /** Ascending; milliseconds of dates. */
  edges: z.array(z.number()),
  /** Rows between each edge and the next. */
  counts: z.array(z.number().int()),
  /** One an output, one an edge. */
  values: z.array(z.array(z.number())),
})
export type LocalEffects = z.infer<typeof LocalEffects>

/** What the model says when one column is set to a value in rows that are otherwise as they are (Friedman 2001, partial dependence). */
export const PartialDependence = z.object({
  column: z.string(),
  type: ColumnType,
  /** Ascending numbers (milliseconds of dates), or texts from the most frequent on; null: missing. */
  values: z.array(z.union([z.number(), z.string(), z.null()])),
  /** One an output (class, or the value), one a value of the column: mean over the rows. */
  means: z.array(z.array(z.number())),
  /** Between which four in five rows lie: one an output, one a value, lower and upper. */
  spread: z.array(z.array(z.tuple([z.number(), z.number()]))),
  /** Share of the rows nearest to each value: where there are few, the model was hardly taught. */
  density: z.array(z.number()),
  /** The same of single rows (Goldstein et al. 2015, individual conditional expectation): which, and one an output, one a row, one a value. */
  individual: z
    .object({ rows: z.array(z.number().int()), answers: z.array(z.array(z.array(z.number()))) })
    .default({ rows: [], answers: [] }),
  /** Null for texts, truth values, and a column of one number. */
  effects: LocalEffects.nullable().default(null),
  /** The other column that is most like it: |Spearman's ρ| or Cramér's V. Null where there is none of its kind. */
  alike: z.object({ column: z.string(), likeness: z.number() }).nullable().default(null),
})
export type PartialDependence = z.infer<typeof PartialDependence>

/** What is shared out among the columns: log-odds, the score before the softmax, a probability, the value or its logarithm. */
export const ContributionScale = z.enum(['log-odds', 'score', 'probability', 'value', 'log-value'])
export type ContributionScale = z.infer<typeof ContributionScale>

/** Shapley values of one column over rows. */
export const ColumnContributions = z.object({
  /** A column of the data, or what the model made of several, as `a × b`. */
  column: z.string(),
  /** One an output: mean of |value| over all rows that were worked out. */
  means: z.array(z.number()),
  /** Of a column of the data; explanations of versions before do not say. */
  type: ColumnType.optional(),
  /** The rows' own values: numbers, texts, null for missing; dates in milliseconds since 1970; one a shown row. Empty for a column that is not shown. */
  values: z.array(z.union([z.number(), z.string(), z.null()])),
  /** One an output, one a shown row. */
  contributions: z.array(z.array(z.number())),
})
export type ColumnContributions = z.infer<typeof ColumnContributions>

/** Exact Shapley values of a model of trees (Lundberg et al. 2020, path-dependent TreeSHAP). */
export const TreeContributions = z.object({
  scale: ContributionScale,
  /** Names of what the trees add up to: classes (of two the second), or the target. */
  outputs: z.array(z.string()),
  /** What the model says where nothing is known, one an output. */
  base: z.array(z.number()),
  /** Test rows that were worked out. */
  rows: z.number().int(),
  /** Index in the dataset version of each row that is shown. */
  shown: z.array(z.number().int()),
  /** What the trees say of each shown row: one an output, one a row. */
  answers: z.array(z.array(z.number())),
  /** Largest difference between base and contributions added up, and what the model itself says. */
  largestGap: z.number(),
  /** Most important first. */
  columns: z.array(ColumnContributions),
  seconds: z.number(),
})
export type TreeContributions = z.infer<typeof TreeContributions>

/** Why a model answers one row as it does: what each column adds, from `base` to `answer`. */
export const RowExplanation = z.object({
  model: Name,
  version: z.number().int(),
  /** Exact over the trees, from what they say where nothing is known; else Shapley values against the typical row. */
  method: z.enum(['tree-shap', 'shapley']),
  /** False where orders of the columns were drawn: then the parts have errors. */
  isExact: z.boolean(),
  scale: ContributionScale,
  outputs: z.array(z.string()),
  /** One an output. */
  base: z.array(z.number()),
  answer: z.array(z.number()),
  prediction: z.union([z.number(), z.string()]),
  probabilities: z.record(z.string(), z.number()).optional(),
  /** Largest first. */
  parts: z.array(
    z.object({
      column: z.string(),
      /** The row's own; null for missing, and for what the model made of several columns. */
      value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
      /** One an output, and its standard error. */
      values: z.array(z.number()),
      errors: z.array(z.number()),
    }),
  ),
  seconds: z.number(),
})
export type RowExplanation = z.infer<typeof RowExplanation>

/** What a run's model goes by, held out: on test rows. */
export const Explanation = z.object({
  run: Id,
  device: DeviceId.default('cpu'),
  /** Why it is not the device that was named. */
  warnings: z.array(z.string()).default([]),
  /** Test rows that it was worked out on. */
  rows: z.number().int(),
  testRows: z.number().int(),
  /** How often each column was shuffled. */
  repeats: z.number().int(),
  loss: z.enum(['log-loss', 'squared-error']),
  /** Mean loss of the rows as they are. */
  base: z.number(),
  /** Most important first. */
  importance: z.array(ColumnImportance),
  /** Of the most important columns. */
  dependence: z.array(PartialDependence),
  /** Names of the outputs: classes, or the target. */
  outputs: z.array(z.string()),
  /** Null where the model is not one of trees. */
  trees: TreeContributions.nullable().default(null),
  seconds: z.number(),
})
export type Explanation = z.infer<typeof Explanation>
