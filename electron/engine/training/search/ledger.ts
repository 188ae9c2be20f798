import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isBetter, type MetricId } from '../../../../shared/model/metrics.ts'
import type { Trial } from '../../../../shared/model/search.ts'
import { algorithms } from '../algorithms/index.ts'
import { Blender } from './blender.ts'
import { errorOf, filesOf } from './ending.ts'
import type { Attempt } from './plan.ts'
import type { FromTrial } from './wire.ts'

/** A ledger as a checkpoint holds it; of folders the names alone, for a workspace may be moved. */
export interface LedgerState {
  trials: Trial[]
  took: [algorithm: string, milliseconds: number][]
  /** Numbers of the trials whose models, or evidence, lie in files. */
  best: number[]
  candidates: { trial: number; refitSeconds: number }[]
  folders: [trial: number, folder: string][]
}

/** What came of the trials of a search, and in which files the models and the evidence lie that may still be wanted. */
export class Ledger {
  readonly trials: Trial[] = []
  /** The best full trial of each algorithm, whose model lies in a file. */
  readonly best = new Map<string, Trial>()
  /** What its trials took lately, for all rows, in milliseconds. */
  readonly took = new Map<string, number>()
  readonly blender: Blender
  readonly #metric: MetricId
  readonly #root: string
  /** Of what this process leaves: one that was killed may have left a trial's process behind that still writes. */
  readonly #own: string
  readonly #folders = new Map<number, string>()
  /** That a process before this one had begun. */
  readonly #cut = new Set<Trial>()
  #unwanted: string[] = []

  /** Files lie in the folder `own` of `root`. */
  constructor(metric: MetricId, root: string, own: string) {
    this.#metric = metric
    this.blender = new Blender(metric)
    this.#root = root
    this.#own = own
  }

  /** Trials besides the baseline, but for those that were cut off and have not begun again. */
  get count(): number {
    return this.trials.length - 1 - this.#cut.size
  }

  /** Where this process leaves its files. */
  get folder(): string {
    return join(this.#root, this.#own)
  }

  filesOf({ trial }: Pick<Trial, 'trial'>) {
    return filesOf(join(this.#root, this.#folders.get(trial) ?? this.#own), { trial })
  }

  /** A trial that begins so long after the search; the same one again where it was cut off. */
  begin(attempt: Attempt, milliseconds: number): Trial {
    const again = [...this.#cut].find(each => settingOf(each) === settingOf(attempt))
    if (again) {
      this.#cut.delete(again)
      return Object.assign(again, { startedAfter: milliseconds / 1000 })
    }
    const begun = this.next(attempt, milliseconds)
    this.trials.push(begun)
    return begun
  }

  /** What its next trial would be; not in it yet. */
  next({ algorithm, parameters, share }: Attempt, milliseconds: number): Trial {
    return {
      ...{ trial: this.trials.length, algorithm, parameters, share, status: 'running', score: null },
      ...{ startedAfter: milliseconds / 1000, seconds: null, error: null },
    }
  }

  /** Writes down what came of a trial after so many milliseconds. */
  end(trial: Trial, answer: FromTrial, took: number): void {
    const { algorithm, share } = trial
    trial.seconds = took / 1000
    if (answer.type !== 'fitted') {
      const error = errorOf(answer).toJSON()
      Object.assign(trial, { status: error.code === 'cancelled' ? 'stopped' : 'failed', error })
      // A little longer than it was let: so that it is not tried again where it cannot end.
      if (error.code === 'cancelled') this.took.set(algorithm, (took * 1.5) / share)
      return
    }
    Object.assign(trial, { status: 'done', score: answer.fitted.score })
    const whole = took / share
    // What it takes to begin counts for more on fewer rows: those of the most rows tell it best.
    const isMost = this.trials.every(
      each => each === trial || each.algorithm !== algorithm || each.status !== 'done' || each.share < share,
    )
    this.took.set(algorithm, isMost ? whole : ((this.took.get(algorithm) ?? whole) + whole) / 2)
    const { isKept, ended, refitSeconds } = answer.fitted
    if (ended) trial.parameters = ended
    if (refitSeconds !== null && algorithm !== 'baseline') {
      const gone = this.blender.add({ trial, refitSeconds })
      this.#unwanted.push(...gone.map(each => this.filesOf(each.trial).evidence))
    }
    if (!isKept) return
    const best = this.best.get(algorithm)
    const isBest = !best || this.#isBetter(trial, best)
    if (isBest) this.best.set(algorithm, trial)
    // Models are large: only those that may still be written are kept.
    const worse = isBest ? best : trial
    if (worse) this.#unwanted.push(this.filesOf(worse).model)
  }

  #isBetter(a: Trial, b: Trial): boolean {
    return isBetter(this.#metric, a.score!, b.score!)
  }

  /**
   * Whether a trial is likely to end within so many milliseconds; what was never tried is. Of one on all rows that learns in steps, and may be ended
   * early, `part` is enough.
   */
  fits(milliseconds: number, part = 1): (algorithm: string, share: number) => boolean {
    return (algorithm, share) => {
      const isPart = part < 1 && share === 1 && algorithms.get(algorithm).steps !== undefined
      return (this.took.get(algorithm) ?? 0) * share * (isPart ? part : 1) * 1.5 < milliseconds
    }
  }

  /** The best full trial of each algorithm, the best of them first. */
  ranked(): Trial[] {
    return [...this.best.values()].toSorted((a, b) => (this.#isBetter(a, b) ? -1 : 1))
  }

  /** Files that nothing here names any more; to be removed once no checkpoint names them either. */
  unwanted(): string[] {
    return this.#unwanted.splice(0)
  }

  save(): LedgerState {
    const best = [...this.best.values()].map(({ trial }) => trial)
    const candidates = this.blender.all.map(({ trial, refitSeconds }) => ({ trial: trial.trial, refitSeconds }))
    const kept = new Set([...best, ...candidates.map(({ trial }) => trial)])
    const folders = [...kept].map((trial): [number, string] => [trial, this.#folders.get(trial) ?? this.#own])
    return { trials: this.trials, took: [...this.took], best, candidates, folders }
  }

  /** Goes on after the baseline, which is there again; what has lost its file is written down, and no more. */
  restore({ trials, took, best, candidates, folders }: LedgerState): void {
    this.trials.push(...trials.slice(this.trials.length))
    for (const [trial, folder] of folders) this.#folders.set(trial, folder)
    for (const [algorithm, milliseconds] of took) this.took.set(algorithm, milliseconds)
    for (const trial of trials) if (trial.status === 'running') this.#cut.add(trial)
    const known = (file: 'model' | 'evidence') => (trial: number) => existsSync(this.filesOf({ trial })[file])
    for (const number of best.filter(known('model'))) this.best.set(trials[number]!.algorithm, trials[number]!)
    const blendable = candidates.filter(({ trial }) => known('evidence')(trial))
    for (const { trial, refitSeconds } of blendable) this.blender.add({ trial: trials[trial]!, refitSeconds })
  }
}

const settingOf = ({ algorithm, parameters, share }: Attempt) => JSON.stringify([algorithm, parameters, share])
