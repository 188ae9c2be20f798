import type { Check, CheckResult } from '../../../../shared/model/check.ts'
import type { ColumnType } from '../../../../shared/model/dataset.ts'
import { placesWhere } from '../../datasets/index.ts'
import { addTo, criticalOf, meanOf, noMoments, varianceOf } from '../mean-gap.ts'

/**
 * What became of each check on test rows whose losses are known: the mean loss of those in the slice, with its 95 % interval by Student's t, against the
 * limit. `rowIds` are the rows' places in the dataset version, one a loss.
 */
export async function holdChecks(
  checks: readonly Check[],
  rows: { parquetFile: string; columns: { name: string; type: ColumnType }[]; rowIds: ArrayLike<number> },
  losses: Float64Array,
  signal?: AbortSignal,
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of checks) {
    const known = new Set(rows.columns.map(({ name }) => name))
    // A version of the dataset may lack the column.
    const isTold = check.where.every(({ column }) => known.has(column))
    const within = new Set(isTold ? await placesWhere(rows.parquetFile, rows.columns, check.where, signal) : [])
    const own = noMoments()
    losses.forEach((loss, i) => {
      if (within.has(rows.rowIds[i]!)) addTo(own, loss)
    })
    if (own.count < 2) {
      results.push({ check, rows: own.count, loss: null, interval: null, verdict: 'no rows' })
      continue
    }
    const loss = meanOf(own)
    const margin = criticalOf(own.count - 1) * Math.sqrt(varianceOf(own) / own.count)
    const interval: [number, number] = [Math.max(0, loss - margin), loss + margin]
    const verdict = interval[1] <= check.most ? 'held' : interval[0] > check.most ? 'broken' : 'not sure'
    results.push({ check, rows: own.count, loss, interval, verdict })
  }
  return results
}
