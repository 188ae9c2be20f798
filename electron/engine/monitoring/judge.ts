import type { ReferenceColumn } from '../../../shared/inference/bundle.ts'
import { type ColumnCounts, coarseBins, fineBins } from './drift/coarse-bins.ts'
import { deciding, driftStatistics } from './drift/index.ts'
import { type BinnedPair, type DriftStatistic, isDrifted, thresholdOf } from './drift/statistic.ts'

/** Fewer rows than this say nothing: values are shown, but no column is called drifted. */
export const minimumRows = 50

export interface Verdict {
  /** The statistic that is furthest beyond its threshold, or nearest to it: it stands for the column. */
  statistic: string
  value: number
  threshold: number
  drifted: boolean
}

export type Pairs = Record<DriftStatistic['bins'], BinnedPair>

export function pairsOf(reference: ReferenceColumn, current: ColumnCounts): Pairs {
  return { coarse: coarseBins(reference, current), fine: fineBins(reference, current) }
}

/** What the deciding statistics say of one column, however many rows there are. Pure. */
export function judge(kind: ReferenceColumn['kind'], pairs: Pairs): Verdict {
  const verdicts = deciding[kind].map(id => {
    const statistic = driftStatistics.get(id)
    const pair = pairs[statistic.bins]
    const value = statistic.compute(pair)
    const threshold = thresholdOf(statistic, pair)
    return { statistic: id, value, threshold, drifted: isDrifted(statistic, value, threshold) }
  })
  return verdicts.reduce((most, next) => (excess(next) > excess(most) ? next : most))
}

/** How many times its threshold a value is: what columns are ordered by. */
export const excess = ({ value, threshold }: { value: number; threshold: number }) => value / threshold

export function rowsOf({ counts, missing }: ColumnCounts): number {
  let rows = missing
  for (const count of counts) rows += count
  return rows
}
