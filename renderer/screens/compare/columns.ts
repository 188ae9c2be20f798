import { metricTable } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'

export interface Setting {
  name: string
  of(run: Run): string
}

const own: Setting[] = [
  { name: 'dataset', of: run => `${run.dataset}:${run.datasetVersion}` },
  { name: 'target', of: run => run.target ?? '' },
  { name: 'algorithm', of: run => run.algorithm },
  // Of two classes the second is the one that is looked for.
  { name: 'positive', of: run => (run.task === 'binary' ? (run.classes[1] ?? '') : '') },
  { name: 'horizon', of: run => (run.forecast ? String(run.forecast.horizon) : '') },
  { name: 'seed', of: run => String(run.seed) },
  { name: 'split', of: run => (run.splitColumn === null ? '' : `${run.splitBy} ${run.splitColumn}`) },
  { name: 'folds', of: run => (run.folds ? String(run.folds) : '') },
  { name: 'excluded', of: run => run.exclude.join(', ') },
  { name: 'sample', of: run => valueText(run.sampleRows) },
  { name: 'distinct rows', of: run => (run.distinctRows ? 'yes' : '') },
  { name: 'recalibration', of: run => run.recalibration ?? '' },
  { name: 'refit', of: run => (run.refit ? 'yes' : '') },
  { name: 'device', of: run => run.device ?? '' },
]

/** Asked anew with each run that comes or changes, among ten thousand: without a list for each of them. */
function namesIn(runs: readonly Run[], part: 'metrics' | 'parameters'): string[] {
  const names = new Set<string>()
  for (const run of runs) for (const name in run[part]) names.add(name)
  return [...names]
}

/** Settings of the runs; without `all` only those in which they differ. */
export function settingsOf(runs: readonly Run[], all: boolean): Setting[] {
  const parameters = namesIn(runs, 'parameters').map(name => ({
    name,
    of: (run: Run) => valueText(run.parameters[name]),
  }))
  const settings = [...own, ...parameters]
  if (all) return settings
  return settings.filter(({ of }) => {
    const first = runs[0] && of(runs[0])
    return runs.some(run => of(run) !== first)
  })
}

/**
 * Metrics that any of the runs has, in the order of the table of metrics; without `all` only those in which they differ. Runs of several tasks
 * share few: those that any of `first` has come before the others.
 */
export function metricsOf(runs: readonly Run[], all: boolean, first: readonly Run[] = []): string[] {
  const names = namesIn(runs, 'metrics')
  const rank = (id: string) => (first.some(run => run.metrics[id] !== undefined) ? 0 : 1)
  const ids = Object.keys(metricTable)
    .filter(id => names.includes(id))
    .sort((one, other) => rank(one) - rank(other))
  return all ? ids : ids.filter(id => runs.length < 2 || runs.some(run => run.metrics[id] !== runs[0]!.metrics[id]))
}

export function valueText(value: Run['parameters'][string] | null | undefined): string {
  return value == null ? '' : Array.isArray(value) ? value.join(', ') : String(value)
}

/** How a run is called among the chosen ones: two may have the same name. */
export const labelOf = ({ name }: Pick<Run, 'name'>, place: number) => `${place + 1} ${name}`
