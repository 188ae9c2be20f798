import type { TrainSummary } from '../../../shared/contract/runs.ts'
import { type MetricId, metricTable, selectionMetric } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'

/**
 * Which of the runs is best on the validation rows, and by how much it is better than the baseline (never below 0). Only runs that are
 * done count; when they were not trained for the same thing on the same data none is best.
 */
export function summarize(runs: Run[]): TrainSummary {
  const done = runs.filter(run => run.status === 'done')
  const metric = isOneTask(done) ? commonMetric(done) : null
  if (!metric) return { runs, best: null, metric: null, overBaseline: null }
  const sign = metricTable[metric].better === 'higher' ? 1 : -1
  const score = (run: Run) => sign * run.validationMetrics[metric]!
  const best = done.reduce((leader, run) => (score(run) > score(leader) ? run : leader))
  const baseline = done.find(run => run.algorithm === 'baseline')
  return { runs, best: best.run, metric, overBaseline: baseline ? score(best) - score(baseline) : null }
}

function isOneTask(runs: Run[]): boolean {
  const subject = (run: Run) => JSON.stringify([run.dataset, run.datasetVersion, run.target, run.task])
  return runs.every(run => subject(run) === subject(runs[0]!))
}

/** The metric that the task is chosen by; where it is undefined on the validation rows, the first that all runs have. */
function commonMetric(runs: Run[]): MetricId | null {
  const task = runs[0]?.task
  if (!task) return null
  const ids = Object.keys(metricTable) as MetricId[]
  const candidates = [selectionMetric(task), ...ids]
  return candidates.find(id => runs.every(run => id in run.validationMetrics)) ?? null
}
