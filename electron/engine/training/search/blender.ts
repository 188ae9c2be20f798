import type { MetricId } from '../../../../shared/model/metrics.ts'
import { metricTable } from '../../../../shared/model/metrics.ts'
import type { Trial } from '../../../../shared/model/search.ts'
import type { Attempt } from './plan.ts'

/** Members of a blend: the best of each algorithm, then the next best of all. */
const mostMembers = 5
/** With fewer trials in all, each is better spent on a setting. */
const leastTrials = 10

/** Blends the best once, when the time that is left is what that takes, or as the last trial where they are counted. */
export class Blender {
  readonly #trials: number | null
  #isDone = false

  constructor(trials: number | null) {
    this.#trials = trials
  }

  /** The blend to be tried now; null while it is too early, and afterwards. `left` in milliseconds, `trials` with the baseline. */
  next(trials: readonly Trial[], left: number, metric: MetricId): Attempt | null {
    if (this.#isDone || trials.length - 1 < leastTrials - 1) return null
    const members = membersOf(trials, metric)
    if (members.length < 2) return null
    const needed = members.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) * 1000
    const ended = trials.filter(({ seconds }) => seconds !== null).slice(-20)
    const usual = (ended.reduce((sum, { seconds }) => sum + seconds!, 0) / Math.max(1, ended.length)) * 1000
    const isLast = this.#trials !== null && trials.length - 1 === this.#trials - 1
    // Neither so early that better members may come, nor so late that one more trial takes the time away.
    if (!isLast && left > 1.4 * needed + 2 * usual) return null
    this.#isDone = true
    if (needed > left) return null
    const list = members.map(({ algorithm, parameters }) => ({ algorithm, parameters }))
    return { algorithm: 'blend', parameters: { members: JSON.stringify(list) }, share: 1 }
  }
}

function membersOf(trials: readonly Trial[], metric: MetricId): Trial[] {
  const sign = metricTable[metric].better === 'lower' ? 1 : -1
  const ranked = trials
    .slice(1)
    .filter(({ share, score }) => share === 1 && score !== null)
    .toSorted((a, b) => sign * (a.score! - b.score!))
  const firsts = ranked.filter((trial, i) => ranked.findIndex(({ algorithm }) => algorithm === trial.algorithm) === i)
  const chosen = firsts.slice(0, mostMembers)
  const others = ranked.filter(trial => !chosen.includes(trial)).slice(0, mostMembers - chosen.length)
  return [...chosen, ...others]
}
