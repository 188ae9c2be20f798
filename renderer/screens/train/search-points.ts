import { isBetter as isBetterBy, isMetricId } from '../../../shared/model/metrics.ts'
import type { Trial } from '../../../shared/model/search.ts'
import { texts } from './texts.ts'

const endOf = ({ startedAfter, seconds }: Trial) => Number((startedAfter + (seconds ?? 0)).toPrecision(4))

/** Scores over the time of their end, a set an algorithm; the baseline, far from all others, is left out. */
export function pointSets(trials: readonly Trial[]): { name: string; points: [number, number][] }[] {
  const sets = new Map<string, [number, number][]>()
  for (const trial of trials) {
    if (trial.trial === 0 || trial.score === null) continue
    const name = trial.share < 1 ? texts.onPart(trial.algorithm) : trial.algorithm
    sets.set(name, [...(sets.get(name) ?? []), [endOf(trial), trial.score]])
  }
  return [...sets].map(([name, points]) => ({ name, points }))
}

export function isBetter(metric: string | null, a: number, b: number): boolean {
  return metric !== null && isMetricId(metric) ? isBetterBy(metric, a, b) : a < b
}

/** The best full trial so far, at the end of each that was better than those before; up to the last trial. */
export function bestSoFar(trials: readonly Trial[], metric: string | null): [number, number][] {
  const full = trials.filter(({ trial, share, score }) => trial > 0 && share === 1 && score !== null)
  const steps: [number, number][] = []
  for (const trial of full.toSorted((a, b) => endOf(a) - endOf(b))) {
    const best = steps.at(-1)
    if (!best || isBetter(metric, trial.score!, best[1])) steps.push([endOf(trial), trial.score!])
  }
  const last = steps.at(-1)
  if (last) steps.push([Math.max(...trials.map(endOf)), last[1]])
  return steps
}
