import { isBetter, isMetricId } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'

/** More changes than this at once are fetched with all the rest. */
const mostChanges = 100

/**
 * Ids of the runs that came or changed their state between two looks at the newest runs; null where all must be asked for again, because a
 * run was taken away or too many changed.
 */
export function changedRuns(before: readonly Run[], after: readonly Run[]): string[] | null {
  const states = new Map(before.map(({ run, status }) => [run, status]))
  const left = new Set(after.map(({ run }) => run))
  const oldest = after.at(-1)?.createdAt ?? 0
  // One that is older than all that are looked at has only made room for newer ones.
  if (before.some(({ run, createdAt }) => !left.has(run) && createdAt > oldest)) return null
  const changed = after.filter(({ run, status }) => states.get(run) !== status).map(({ run }) => run)
  return changed.length > mostChanges ? null : changed
}

/** The filter of those of the runs that it lets through. */
export function filterAmong(filter: string, runs: readonly string[]): string {
  const among = `(${runs.map(run => `run = '${run}'`).join(' or ')})`
  return filter.trim() ? `(${filter}) and ${among}` : among
}

/** `runs`, in which the changed ones have become `found` (those that the filter still lets through), in the engine's order. */
export function takeIn(runs: readonly Run[], changed: readonly string[], found: readonly Run[], sort: string | null) {
  const gone = new Set(changed)
  const next = runs.filter(({ run }) => !gone.has(run))
  for (const run of found) {
    const place = next.findIndex(other => isBefore(run, other, sort))
    next.splice(place < 0 ? next.length : place, 0, run)
  }
  return next
}

/** Best first, those without the metric last; else the newest first. */
function isBefore(a: Run, b: Run, sort: string | null): boolean {
  const [x, y] = sort === null ? [] : [a.metrics[sort], b.metrics[sort]]
  if (x !== y && (x === undefined || y === undefined)) return y === undefined
  if (x !== undefined && y !== undefined && sort !== null && isMetricId(sort)) {
    if (isBetter(sort, x, y)) return true
    if (isBetter(sort, y, x)) return false
  }
  return a.createdAt === b.createdAt ? a.run > b.run : a.createdAt > b.createdAt
}
