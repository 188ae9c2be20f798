import { z } from 'zod'

/** What a linear model adds up: scores (of classes log-odds) are the intercept and each column's weight times its value. */
export const Weights = z.object({
  kind: z.literal('weights'),
  /** What the scores speak for: the target, of two classes the second, of more each class. */
  outputs: z.array(z.string()),
  /** One an output: the score where every number is at its mean. */
  intercepts: z.array(z.number()),
  /** Those that move a score most come first. */
  columns: z.array(
    z.object({
      /** `age`, `age is missing`, `colour = red`. */
      name: z.string(),
      /** One an output: what a standard deviation more adds, or where it is a matter of yes or no, what yes adds. */
      weights: z.array(z.number()),
      /** One an output: what one more in the units of the data adds; null where there is no such unit. */
      perUnit: z.array(z.number()).nullable(),
    }),
  ),
  /** How many smaller ones are not listed. */
  others: z.number().int(),
})
export type Weights = z.infer<typeof Weights>

/** A question about one column; rows that answer yes go on at the node `yes`. */
export const TreeQuestion = z.object({
  column: z.string(),
  /** Yes is what is at most this; of dates and times a text. Null where it is a matter of texts. */
  atMost: z.union([z.number(), z.string()]).nullable(),
  /** Yes is any of these texts; null stands for a missing one. */
  oneOf: z.array(z.string().nullable()).nullable(),
  /** Texts of `oneOf` that are not listed, those among them that are too rare to be told apart. */
  others: z.number().int(),
  /** Where a missing number goes; null where training rows have none, and for texts. */
  missing: z.enum(['yes', 'no']).nullable(),
  yes: z.number().int(),
  no: z.number().int(),
})
export type TreeQuestion = z.infer<typeof TreeQuestion>

export const TreeNode = z.object({
  /** Training rows that come here. */
  rows: z.number().int(),
  /** The mean of the target in them, or the share of one class. */
  answer: z.number(),
  /** Which class that is: of two the second, of more the most frequent one; null for values. */
  of: z.string().nullable(),
  /** Null where the node answers, and where what is below is not listed. */
  question: TreeQuestion.nullable(),
  /** Leaves below it; 1 for a leaf. */
  leaves: z.number().int(),
})
export type TreeNode = z.infer<typeof TreeNode>

/** A tree as it can be read; the first node is its root. */
export const LearnedTree = z.object({ kind: z.literal('tree'), nodes: z.array(TreeNode).min(1) })
export type LearnedTree = z.infer<typeof LearnedTree>
