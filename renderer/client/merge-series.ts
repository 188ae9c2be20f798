import type { Series } from '../../shared/model/run.ts'

/** What the engine keeps, then what came since: a point that is in both counts once. */
export function mergeSeries(kept: Series[], live: Series[]): Series[] {
  const byKey = new Map(kept.map(curve => [curve.key, curve]))
  for (const fresh of live) {
    const points = new Map(byKey.get(fresh.key)?.steps.map((step, i) => [step, byKey.get(fresh.key)!.values[i]!]))
    for (const [i, step] of fresh.steps.entries()) points.set(step, fresh.values[i]!)
    const steps = [...points.keys()].sort((a, b) => a - b)
    byKey.set(fresh.key, { key: fresh.key, steps, values: steps.map(step => points.get(step)!) })
  }
  return [...byKey.values()]
}
