import type { ReferenceColumn } from '../../../../shared/inference/bundle.ts'
import type { BinnedPair } from './statistic.ts'

/** The counts of one column in a window: dense, over the bins of its reference. */
export interface ColumnCounts {
  counts: readonly number[]
  missing: number
}

const coarseTarget = 10
/** A category below this share of the reference is put together with the other rare ones. */
const rareShare = 0.01

/** All bins of the values; missing values are left out. */
export function fineBins(reference: ReferenceColumn, current: ColumnCounts): BinnedPair {
  const lowerEnds =
    reference.kind === 'number'
      ? [Math.min(reference.min ?? Number.POSITIVE_INFINITY, reference.edges[0] ?? 0), ...reference.edges]
      : null
  return { reference: reference.counts, current: current.counts, lowerEnds }
}

/**
 * Bins that hold enough rows each to be compared by their shares: numbers in about ten bins of equal reference
 * population, categories with the rare ones put together; missing values are the last bin.
 */
export function coarseBins(reference: ReferenceColumn, current: ColumnCounts): BinnedPair {
  const groups = reference.kind === 'number' ? equalGroups(reference.counts) : frequentGroups(reference.counts)
  const gather = (counts: readonly number[]) => groups.map(group => group.reduce((rows, bin) => rows + counts[bin]!, 0))
  return {
    reference: [...gather(reference.counts), reference.missing],
    current: [...gather(current.counts), current.missing],
    lowerEnds: null,
  }
}

/** Neighbouring bins put together until each group holds a tenth of the rows; a bin that holds more stands alone. */
function equalGroups(counts: readonly number[]): number[][] {
  const rows = counts.reduce((total, count) => total + count, 0)
  if (!rows) return [counts.map((_, i) => i)]
  const groups: number[][] = []
  let group: number[] = []
  let held = 0
  for (let i = 0; i < counts.length; i += 1) {
    group.push(i)
    held += counts[i]!
    if (held >= rows / coarseTarget) {
      groups.push(group)
      group = []
      held = 0
    }
  }
  const last = groups.at(-1)
  if (!group.length) return groups
  // A thin rest joins its neighbour, so that no group is too small to be compared.
  if (last && held < rows / coarseTarget / 2) last.push(...group)
  else groups.push(group)
  return groups
}

/** Each frequent label by itself; the rare ones and `other` (the last bin) together. */
function frequentGroups(counts: readonly number[]): number[][] {
  const rows = counts.reduce((total, count) => total + count, 0)
  const last = counts.length - 1
  const frequent: number[][] = []
  const rest: number[] = []
  for (let i = 0; i <= last; i += 1) {
    if (i < last && counts[i]! >= rows * rareShare) frequent.push([i])
    else rest.push(i)
  }
  return [...frequent, rest]
}
