import type { Table } from '../../../../shared/inference/table.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { Target } from '../target.ts'
import { cutByOrder, dealParts, rowsByClass, spreadGroups } from './divide.ts'
import { columnOf, type Split, type SplitChoice, timesOf } from './split.ts'

/** Of classes that a warning is about. */
const mostNamed = 5

export interface Fold {
  /** Row indices of the table, ascending. */
  train: Int32Array
  validation: Int32Array
}

/**
 * The training and validation rows of a split in `count` folds, the test rows untouched, in the manner of the split: drawn with each class
 * in every fold, whole groups, or by time, where each fold is validated on rows that are newer than all that it learned from. Folds with
 * nothing to learn from or to validate on (few groups or times; of two classes one that is missing) are left out.
 */
export function foldsOf(
  table: Table,
  { choice, target, split, count }: { choice: SplitChoice; target: Target; split: Split; count: number },
): Fold[] {
  const rows = Int32Array.from([...split.train, ...split.validation]).sort()
  const random = new Pcg32(choice.seed, 2)
  const shares = (parts: number) => Array.from({ length: parts }, () => 1 / parts)
  const by = choice.splitColumn === null ? 'parts' : choice.splitBy
  const sorted = (parts: readonly number[][]) => Int32Array.from(parts.flat()).sort()
  if (by === 'time') {
    const blocks = cutByOrder(rows, timesOf(columnOf(table, choice)), shares(count + 1))
    return usable(
      target,
      blocks.slice(1).map((block, i) => ({ train: sorted(blocks.slice(0, i + 1)), validation: sorted([block]) })),
    )
  }
  const parts =
    by === 'group'
      ? spreadGroups(rows, columnOf(table, choice), { target, shares: shares(count), random })
      : dealParts(rowsByClass(rows, target), count, random)
  return usable(
    target,
    parts.map((part, i) => ({ train: sorted(parts.filter((_, k) => k !== i)), validation: sorted([part]) })),
  )
}

/**
 * What folds of many classes lack: groups, times and classes of few rows leave some without one of them, which is said and not left out, since their
 * other classes are measured as well.
 */
export function foldsLack(folds: readonly Fold[], { task, classes, values }: Target): string[] {
  if (task !== 'multiclass') return []
  const lacking = (part: keyof Fold) => {
    const there = folds.map(fold => new Set(Array.from(fold[part], row => values[row]!)))
    return classes.filter((_, place) => there.some(each => !each.has(place)))
  }
  const told = (labels: string[], part: string, so: (it: string) => string) => {
    if (!labels.length) return []
    const first = labels.slice(0, mostNamed).map(label => JSON.stringify(label))
    const more = labels.length > mostNamed ? ` and ${labels.length - mostNamed} more` : ''
    const [name, it, is] = labels.length === 1 ? ['class', 'it', 'is'] : ['classes', 'they', 'are']
    return [`The ${name} ${first.join(', ')}${more} ${is} in no ${part} row of some folds: ${so(`${it} ${is}`)}`]
  }
  return [
    ...told(lacking('train'), 'training', it => `there ${it} never answered`),
    ...told(lacking('validation'), 'validation', it => `${it} measured by the others alone`),
  ]
}

/** Those with rows in both parts, and of two classes with both in both: without one there is nothing to learn, or no measure. */
function usable({ task, values }: Target, folds: Fold[]): Fold[] {
  const fits = (rows: Int32Array) =>
    task === 'binary' ? new Set(Array.from(rows, row => values[row]!)).size === 2 : rows.length > 0
  return folds.filter(({ train, validation }) => fits(train) && fits(validation))
}
