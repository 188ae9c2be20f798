import type { ColumnType } from '../model/dataset.ts'

/** Whole numbers with at most so many distinct values are classes unless said otherwise. */
export const mostNumberClasses = 20

/** Whether a target of this type with so many distinct values is learned as classes, as far as its profile tells. */
export function isLearnedAsClasses({ type, distinct }: { type: ColumnType; distinct: number }): boolean {
  return type === 'text' || type === 'boolean' || (type === 'integer' && distinct <= mostNumberClasses)
}
