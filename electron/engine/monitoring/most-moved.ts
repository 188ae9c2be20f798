import type { ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { excess, judge, minimumRows, pairsOf, rowsOf } from './judge.ts'
import type { Slices } from './slices.ts'
import { denseCounts, type WindowSum } from './windows.ts'

/** Models of more columns are wide: all of them, with all their numbers and bars, are tens of megabytes. */
export const wideColumns = 1000
/** Of a wide model so many columns are told one by one. */
export const toldColumns = 200

/** Which columns of a wide model are told, and how many of all there are and drift. */
export interface MostMoved {
  names: ReadonlySet<string>
  all: { columns: number; drifted: number }
}

/** The columns of a wide model that are furthest beyond their thresholds, or nearest to them, and `named`; null for any other model. */
export async function mostMoved(
  { columns, predictions }: ReferenceProfile,
  total: WindowSum,
  named: string | undefined,
  slices: Slices,
): Promise<MostMoved | null> {
  if (columns.length <= wideColumns) return null
  const isEnough = total.rows >= minimumRows
  const judged: { name: string; excess: number }[] = []
  let drifted = 0
  const each = [
    ...columns.map(column => ({ column, counts: total.columns })),
    ...predictions.map(column => ({ column, counts: total.predictions })),
  ]
  for (const { column, counts } of each) {
    const current = denseCounts(column, counts)
    const verdict = judge(column.kind, pairsOf(column, current))
    if (isEnough && rowsOf(current) && rowsOf(column) && verdict.drifted) drifted += 1
    judged.push({ name: column.name, excess: rowsOf(current) ? excess(verdict) : -1 })
    await slices.pause()
  }
  judged.sort((a, b) => b.excess - a.excess)
  const names = new Set(judged.slice(0, toldColumns).map(({ name }) => name))
  if (named !== undefined) names.add(named)
  return { names, all: { columns: each.length, drifted } }
}
