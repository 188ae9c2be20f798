import { metricName, metricRange } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'
import type { ParallelAxis } from '../../charts/parallel.ts'
import { metricsOf, settingsOf } from './columns.ts'

/** An axis for each setting that all runs have and each metric, where they differ. */
export function parallelAxes(runs: Run[]): ParallelAxis[] {
  const settings = settingsOf(runs, false).map(({ name, of }) => {
    const own = runs.map(run => run.parameters[name])
    return { name, values: runs.map((run, i) => (typeof own[i] === 'number' ? own[i] : of(run) || null)) }
  })
  const metrics = metricsOf(runs, false).map(id => ({
    name: metricName(id),
    range: metricRange(id),
    values: runs.map(run => run.metrics[id] ?? null),
  }))
  return [...settings, ...metrics].filter(({ values }) => !values.includes(null))
}

/** Those that are named come first, in the order of the names; the others follow as they are. */
export function inOrder<Item extends { name: string }>(items: readonly Item[], names: readonly string[]): Item[] {
  const place = new Map(names.map((name, i) => [name, i]))
  const placeOf = ({ name }: Item) => place.get(name) ?? names.length
  return items.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/** The same with the one at `from` taken out and put in at `to`, which is kept within the list. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const rest = items.toSpliced(from, 1)
  return rest.toSpliced(Math.max(0, Math.min(rest.length, to)), 0, items[from]!)
}
