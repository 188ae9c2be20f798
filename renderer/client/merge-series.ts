import type { Run, Series } from '../../shared/model/run.ts'

/** Curves by key. */
export type Curves = Record<string, Series>

/**
 * The curves with points more, each copied once however many there are: a training may tell thousands at a time. A run that was resumed goes
 * over steps again; what stood there from that step on is gone.
 */
export function addPoints(
  curves: Curves | undefined,
  points: readonly { key: string; step: number; value: number }[],
): Curves {
  const grown: Curves = {}
  for (const { key, step, value } of points) {
    const before = curves?.[key]
    grown[key] ??= { key, steps: before ? [...before.steps] : [], values: before ? [...before.values] : [] }
    const { steps, values } = grown[key]
    while (steps.length && steps.at(-1)! >= step) {
      steps.pop()
      values.pop()
    }
    steps.push(step)
    values.push(value)
  }
  return { ...curves, ...grown }
}

/** Points as they came, without those of runs that have ended: the engine keeps their curves whole. The same where there are none of these. */
export function withoutEnded(
  live: Record<string, Curves>,
  runs: readonly Pick<Run, 'run' | 'endedAt'>[],
): Record<string, Curves> {
  const ended = new Set(runs.flatMap(({ run, endedAt }) => (endedAt !== null && run in live ? run : [])))
  return ended.size === 0 ? live : Object.fromEntries(Object.entries(live).filter(([run]) => !ended.has(run)))
}

/** What the engine keeps, and what came since: a point that is in both counts once. All steps ascend. */
export function mergeSeries(kept: Series[], live: Series[]): Series[] {
  const byKey = new Map(kept.map(curve => [curve.key, curve]))
  for (const fresh of live) {
    const own = byKey.get(fresh.key)
    byKey.set(fresh.key, own ? union(own, fresh) : fresh)
  }
  return [...byKey.values()]
}

function union(kept: Series, fresh: Series): Series {
  const merged: Series = { key: fresh.key, steps: [], values: [] }
  let at = 0
  const take = ({ steps, values }: Series, i: number) => {
    merged.steps.push(steps[i]!)
    merged.values.push(values[i]!)
  }
  for (const [i, step] of fresh.steps.entries()) {
    for (; at < kept.steps.length && kept.steps[at]! < step; at += 1) take(kept, at)
    if (kept.steps[at] === step) at += 1
    take(fresh, i)
  }
  for (; at < kept.steps.length; at += 1) take(kept, at)
  return merged
}
