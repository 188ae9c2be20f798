import type { CategoryBins, NumberBins, ReferenceColumn, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { ColumnDrift, DriftReport } from '../../../shared/model/monitoring.ts'
import type { ColumnCounts } from './drift/coarse-bins.ts'
import { driftStatistics } from './drift/index.ts'
import { thresholdOf } from './drift/statistic.ts'
import { judge, minimumRows, pairsOf, rowsOf } from './judge.ts'
import type { MostMoved } from './most-moved.ts'
import { denseCounts, type WindowSum } from './windows.ts'

const drawnBins = 30

export interface ReportSubject {
  endpoint: string
  model: string
  version: number | null
  bundleDigest: string
  /** The asked window, for what the counted ones do not tell. */
  from: number
  to: number
}

/**
 * Compares what was counted with the training rows' counts over the same bins, or with those of the window `against`; `most` says which columns
 * of a wide model are told. Pure.
 */
export function makeReport(
  subject: ReportSubject,
  training: ReferenceProfile,
  total: WindowSum,
  { against, most }: { against?: WindowSum; most?: MostMoved | null } = {},
): DriftReport {
  const profile = comparedWith(training, against)
  const isTold = ({ name }: ReferenceColumn) => !most || most.names.has(name)
  const enoughRows = total.rows >= minimumRows && (!against || against.rows >= minimumRows)
  const columns = [
    ...profile.columns
      .filter(isTold)
      .map(column => compareColumn(column, denseCounts(column, total.columns), column.kind, enoughRows)),
    ...profile.predictions
      .filter(isTold)
      .map(column => compareColumn(column, denseCounts(column, total.predictions), 'prediction', enoughRows)),
  ]
  const all = most?.all ?? { columns: columns.length, drifted: columns.filter(({ drifted }) => drifted).length }
  const { endpoint, model, version, bundleDigest } = subject
  return {
    endpoint,
    model,
    version,
    bundleDigest,
    window: { from: total.from ?? subject.from, to: total.to ?? subject.to },
    against: { rows: profile.rows, window: against ? { from: against.from!, to: against.to! } : null },
    replicas: total.replicas.size,
    rows: total.rows,
    enoughRows,
    drifted: enoughRows && all.drifted > 0,
    ...{ columns, all },
    explained: driftStatistics.entries.map(({ id, name, help, measure }) => ({ id, name, help, measure })),
  }
}

/** What a window counted, in the place of the training rows: over the same bins. Without one the training rows themselves. */
export function comparedWith(training: ReferenceProfile, sum: WindowSum | undefined): ReferenceProfile {
  if (!sum) return training
  return {
    ...training,
    rows: sum.rows,
    columns: training.columns.map(column => ({ ...column, ...denseCounts(column, sum.columns) })),
    predictions: training.predictions.map(column => ({ ...column, ...denseCounts(column, sum.predictions) })),
  }
}

function compareColumn(
  reference: ReferenceColumn,
  current: ColumnCounts,
  kind: ColumnDrift['kind'],
  enoughRows: boolean,
): ColumnDrift {
  const pairs = pairsOf(reference, current)
  const statistics: Record<string, number> = {}
  const thresholds: Record<string, number> = {}
  const noise: Record<string, number> = {}
  for (const statistic of driftStatistics.entries) {
    if (!statistic.kinds.includes(reference.kind)) continue
    const pair = pairs[statistic.bins]
    statistics[statistic.id] = statistic.compute(pair)
    thresholds[statistic.id] = thresholdOf(statistic, pair)
    const chance = statistic.noise(pair)
    if (Number.isFinite(chance)) noise[statistic.id] = chance
  }
  const told = judge(reference.kind, pairs)
  const rows = rowsOf(current)
  const referenceRows = rowsOf(reference)
  const drawn = reference.kind === 'number' ? drawNumbers(reference, current) : drawCategories(reference, current)
  return {
    name: reference.name,
    kind,
    ...told,
    drifted: enoughRows && rows > 0 && referenceRows > 0 && told.drifted,
    rows,
    referenceRows,
    statistics,
    thresholds,
    noise,
    effectSize: statistics['total-variation'] ?? 0,
    missing: {
      reference: share(reference.missing, reference.counts, reference.missing),
      current: share(current.missing, current.counts, current.missing),
    },
    ...drawn,
  }
}

function share(part: number, counts: readonly number[], missing: number): number {
  const rows = counts.reduce((sum, count) => sum + count, 0) + missing
  return rows ? part / rows : 0
}

type Drawn = Pick<ColumnDrift, 'labels' | 'edges' | 'reference' | 'current'>

/**
 * At most 30 bins, cut at those of the reference's cut points that lie nearest to equal widths, so that every share is
 * exact. The open bins at both ends are folded in.
 */
function drawNumbers(reference: NumberBins, current: ColumnCounts): Drawn {
  const cuts = reference.edges
  if (!cuts.length) {
    const low = reference.min ?? 0
    const high = reference.max ?? 0
    return {
      labels: [],
      edges: [low, high > low ? high : low + 1],
      reference: [share(reference.counts[0] ?? 0, reference.counts, reference.missing)],
      current: [share(current.counts[0] ?? 0, current.counts, current.missing)],
    }
  }
  const low = Math.min(reference.min ?? cuts[0]!, cuts[0]!)
  const high = Math.max(reference.max ?? cuts.at(-1)!, cuts.at(-1)!)
  const chosen = new Set<number>()
  for (let i = 1; i < drawnBins; i += 1) chosen.add(nearest(cuts, low + ((high - low) * i) / drawnBins))
  // A cut at the smallest value has nothing below it.
  const inner = [...chosen].sort((a, b) => a - b).filter(cut => cuts[cut]! > low)
  const gather = (counts: readonly number[], missing: number): number[] => {
    const ends = [...inner, cuts.length]
    return ends.map((end, i) => {
      const part = counts.slice(i ? ends[i - 1]! + 1 : 0, end + 1).reduce((sum, count) => sum + count, 0)
      return share(part, counts, missing)
    })
  }
  const innerEdges = inner.map(cut => cuts[cut]!)
  const before = innerEdges.at(-1) ?? low
  const step = before - (innerEdges.at(-2) ?? low) || 1
  return {
    labels: [],
    edges: [low, ...innerEdges, high > before ? high : before + step],
    reference: gather(reference.counts, reference.missing),
    current: gather(current.counts, current.missing),
  }
}

function nearest(ascending: readonly number[], value: number): number {
  let best = 0
  for (let i = 1; i < ascending.length; i += 1) {
    if (Math.abs(ascending[i]! - value) < Math.abs(ascending[best]! - value)) best = i
  }
  return best
}

/** The most frequent labels of the reference; everything else in the last bin. */
function drawCategories(reference: CategoryBins, current: ColumnCounts): Drawn {
  const shown = Math.min(reference.labels.length, drawnBins - 1)
  const gather = (counts: readonly number[], missing: number) => [
    ...counts.slice(0, shown).map(count => share(count, counts, missing)),
    share(
      counts.slice(shown).reduce((sum, count) => sum + count, 0),
      counts,
      missing,
    ),
  ]
  return {
    labels: [...reference.labels.slice(0, shown), '(other)'],
    edges: [],
    reference: gather(reference.counts, reference.missing),
    current: gather(current.counts, current.missing),
  }
}
