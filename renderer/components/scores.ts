import { formatRange, formatSigned } from '../../shared/lib/format.ts'
import { metricName, metricTable, selectionMetric } from '../../shared/model/metrics.ts'
import { isWithoutTarget, type Run } from '../../shared/model/run.ts'

export const formatMetric = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(4))
export const formatInterval = (interval: readonly [number, number] | undefined) =>
  interval ? formatRange([interval[0].toPrecision(3), interval[1].toPrecision(3)]) : ''

/** The metric that models of this task are chosen by, on the rows that the metrics are of; empty where it is not known. */
export function scoreOf(task: Run['task'], metrics: Run['metrics'], intervals: Run['intervals'] = {}): string {
  const id = task && selectionMetric(task)
  if (!id || metrics[id] === undefined) return ''
  const interval = formatInterval(intervals[id])
  return `${metricName(id)} ${formatMetric(metrics[id])}${interval && ` (${interval})`}`
}

/** Of a run, on the test rows, with its interval. */
export const mainScore = ({ task, metrics, intervals }: Run) => scoreOf(task, metrics, intervals)

/** Runs with the same key learned the same thing from the same rows, so that their scores can be held together. */
export const problemOf = (run: Run) =>
  [
    run.dataset,
    run.datasetVersion,
    run.target,
    isWithoutTarget(run.task) ? run.task : null,
    run.splitColumn,
    run.splitBy,
    run.folds,
    run.seed,
    run.distinctRows,
    run.sampleRows,
  ].join('\n')

/** The newest finished baseline of the same problem, which every other run has to beat. */
export function baselineOf(run: Run, runs: Run[]): Run | null {
  const isBaseline = (other: Run) =>
    other.algorithm === 'baseline' && other.testRowsDigest !== null && other.testRowsDigest === run.testRowsDigest
  return runs.find(other => isBaseline(other) && other.task === run.task && other.target === run.target) ?? null
}

/** The score over the baseline's on the test rows, signed so that more is better; empty without one. */
export function gain(run: Run, runs: Run[]): string {
  const id = run.task && selectionMetric(run.task)
  const baseline = baselineOf(run, runs)
  if (!id || !baseline || baseline.run === run.run) return ''
  const [mine, theirs] = [run.metrics[id], baseline.metrics[id]]
  if (mine === undefined || theirs === undefined) return ''
  const better = metricTable[id].better === 'higher' ? mine - theirs : theirs - mine
  return formatSigned(better, size => size.toPrecision(3))
}

/** The lowest and highest of a metric over the folds. */
export function foldRange({ foldMetrics }: Pick<Run, 'foldMetrics'>, id: string): [number, number] | undefined {
  const values = foldMetrics.flatMap(metrics => metrics[id] ?? [])
  return values.length ? [Math.min(...values), Math.max(...values)] : undefined
}

/** A difference with its sign. */
export function formatDelta(value: number): string {
  if (value === 0) return '0'
  return formatSigned(value, size => size.toPrecision(2))
}
