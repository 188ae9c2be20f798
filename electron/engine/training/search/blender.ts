import { isBetter, type MetricId } from '../../../../shared/model/metrics.ts'
import type { Candidate } from './ending.ts'

/** More are not weighed against each other. */
const mostMembers = 16
/** Of a blend; each of them takes its time and its room in the file. */
export const mostUsed = 8
/** More are not kept. */
const mostKept = 40

/** Full trials that left what they can be blended by, of which those that cannot come into it any more are let go. */
export class Blender {
  readonly #isBetter: (a: number, b: number) => boolean
  /** The best first. */
  #ranked: Candidate[] = []

  constructor(metric: MetricId) {
    this.#isBetter = (a, b) => isBetter(metric, a, b)
  }

  /** Takes one in; gives those that are let go. */
  add(candidate: Candidate): Candidate[] {
    const place = this.#ranked.findIndex(({ trial }) => this.#isBetter(candidate.trial.score!, trial.score!))
    this.#ranked.splice(place < 0 ? this.#ranked.length : place, 0, candidate)
    if (this.#ranked.length <= mostKept) return []
    const firsts = this.#firsts()
    const gone = this.#ranked.findLast(each => !firsts.includes(each))
    this.#ranked = this.#ranked.filter(each => each !== gone)
    return gone ? [gone] : []
  }

  get all(): readonly Candidate[] {
    return this.#ranked
  }

  of(trial: number): Candidate | null {
    return this.#ranked.find(each => each.trial.trial === trial) ?? null
  }

  /** The best of each algorithm, then the next best of all. */
  members(): Candidate[] {
    const firsts = this.#firsts().slice(0, mostMembers)
    return [...firsts, ...this.#ranked.filter(each => !firsts.includes(each)).slice(0, mostMembers - firsts.length)]
  }

  /** What it takes to fit as many of the members once more as a blend may hold. */
  get secondsOfBlend(): number {
    const members = this.members()
    const sum = members.reduce((before, { refitSeconds }) => before + refitSeconds, 0)
    return (sum / Math.max(1, members.length)) * Math.min(members.length, mostUsed)
  }

  /** What it takes to fit the best alone once more; 0 where there is none. */
  get secondsOfBest(): number {
    return this.#ranked[0]?.refitSeconds ?? 0
  }

  #firsts(): Candidate[] {
    const isFirst = ({ trial }: Candidate, i: number) =>
      this.#ranked.findIndex(other => other.trial.algorithm === trial.algorithm) === i
    return this.#ranked.filter(isFirst)
  }
}
