import type { ClassTable } from '../model/model.ts'

/** Rows that are answered rightly where the model's classes are called `names`, in their order; a class without a name agrees with none. */
export function agreeingRows({ classes, counts }: ClassTable, names: readonly (string | null)[]): number {
  return counts.reduce((sum, row, k) => sum + (row[classes.indexOf(names[k] ?? '')] ?? 0), 0)
}
