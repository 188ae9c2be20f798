import { join } from 'node:path'
import { AppError, toAppError } from '../../../../shared/errors.ts'
import { type MetricId, metricTable } from '../../../../shared/model/metrics.ts'
import type { Trial } from '../../../../shared/model/search.ts'
import type { JobContext } from '../../jobs/index.ts'
import type { Trained } from '../train-model.ts'
import type { Clock } from './clock.ts'
import type { Finalist } from './job.ts'
import type { TrialProcess } from './trial-process.ts'
import type { FromTrial, Member, ToTrial } from './wire.ts'

/** How much longer than foretold what is done once in the end may take. */
const slack = 1.3
/** Who stopped a search by hand waits so many seconds for its last fit at most. */
const soon = 10

export interface Candidate {
  trial: Trial
  /** That it takes to fit it to training and validation rows. */
  refitSeconds: number
}

export interface BlendCandidate extends Candidate {
  /** Standard error of the difference between its score and the best member's. */
  error: number
}

/** Where a trial leaves its model, that model fitted once more, and what it said of rows that it did not see. */
export const filesOf = (folder: string, { trial }: Pick<Trial, 'trial'>) => ({
  model: join(folder, `trial-${trial}.bin`),
  refitted: join(folder, `trial-${trial}-refitted.bin`),
  evidence: join(folder, `trial-${trial}-evidence.bin`),
})

interface EndingOptions {
  context: JobContext
  clock: Clock
  bytes: number
  files: (trial: Trial) => ReturnType<typeof filesOf>
}

/** What is done when no more is tried, in one process: the best are blended, the winner is fitted once more, and models are written. */
export class Ending {
  readonly #context: JobContext
  readonly #clock: Clock
  readonly #open: () => Promise<TrialProcess>
  readonly #bytes: number
  readonly #filesOf: (trial: Trial) => ReturnType<typeof filesOf>
  #process: TrialProcess

  /** `open` gives another process that has read the data, for when one was ended; `bytes` is what fits may hold. */
  constructor(
    { context, clock, bytes, files }: EndingOptions,
    process: TrialProcess,
    open: () => Promise<TrialProcess>,
  ) {
    this.#context = context
    this.#clock = clock
    this.#bytes = bytes
    this.#filesOf = files
    this.#process = process
    this.#open = open
  }

  /** Seconds that fits may take now so that one model can still be written. */
  get #seconds(): number {
    // A message to a process can hold no infinite number.
    const most = this.#context.finish.aborted ? soon : Number.MAX_SAFE_INTEGER
    return Math.min(most, (this.#clock.left() - this.#clock.toKeep) / 1000)
  }

  /** Weighs these against each other; `trial` gets what comes of it. Null where no two of them are better together, or time is short. */
  async blend(candidates: readonly Candidate[], trial: Trial): Promise<BlendCandidate | null> {
    const seconds = this.#seconds / slack
    if (seconds <= 0 || candidates.length < 2) return null
    const members: Member[] = candidates.map(({ trial: each, refitSeconds }) => ({
      ...{ algorithm: each.algorithm, parameters: each.parameters, refitSeconds },
      evidence: this.#filesOf(each).evidence,
    }))
    const { evidence } = this.#filesOf(trial)
    const answer = await this.#ask({ type: 'blend', members, seconds, evidence }, seconds, this.#bytes)
    if (answer.type !== 'blended' || !answer.blended) return null
    const { score, error, parameters, refitSeconds } = answer.blended
    Object.assign(trial, { parameters, score, status: 'done' })
    return { trial, refitSeconds, error }
  }

  /** Fits it to training and validation rows; false where that cannot be done, or not in time. */
  async refit({ trial, refitSeconds }: Candidate): Promise<boolean> {
    if (refitSeconds > this.#seconds) return false
    const { evidence, refitted: file } = this.#filesOf(trial)
    const { algorithm, parameters } = trial
    const answer = await this.#ask({ type: 'refit', algorithm, parameters, evidence, file }, this.#seconds, this.#bytes)
    return answer.type === 'refitted' && answer.isRefitted
  }

  async #ask(message: ToTrial, seconds: number, bytes = Number.POSITIVE_INFINITY): Promise<FromTrial> {
    try {
      if (!this.#process.isAlive) this.#process = await this.#open()
    } catch (error) {
      // That no process can be had any more costs what is asked, never what is there already.
      this.#context.signal.throwIfAborted()
      return { type: 'failed', error: toAppError(error).toJSON() }
    }
    return this.#process.ask(message, { milliseconds: seconds * 1000, bytes })
  }

  /** `isLast`: nothing else is left to write, so that it may take longer than the budget. Null when the time was over before it was written. */
  async write(trial: Trial, { isRefitted = false, isLast = false } = {}): Promise<Finalist | null> {
    const { algorithm, parameters } = trial
    const files = this.#filesOf(trial)
    const folder = `trial-${trial.trial}`
    const begun = this.#clock.elapsed()
    const answer = await this.#ask(
      {
        ...{ type: 'finish', algorithm, parameters, refit: isRefitted },
        ...{ file: isRefitted ? files.refitted : files.model, outFolder: join(this.#context.outFolder, folder) },
      },
      (isLast ? Number.POSITIVE_INFINITY : this.#clock.left()) / 1000,
    )
    if (answer.type === 'finished') {
      const seconds = (trial.seconds ?? 0) + (this.#clock.elapsed() - begun) / 1000
      const trained: Trained = { ...answer.trained, seconds }
      return { folder, algorithm, parameters, refit: isRefitted, trial: trial.trial, trained }
    }
    if (this.#clock.left() > 0 || isLast) throw errorOf(answer)
    return null
  }

  /** The best first, then the others, as far as time is left. One that cannot be written costs itself, and is told; where none can, none is there. */
  async writeAll(trials: readonly Trial[], refitted: Trial | null, tell: (trial: Trial) => void): Promise<Finalist[]> {
    const finalists: Finalist[] = []
    for (const trial of trials) {
      if (finalists.length && this.#clock.left() < this.#clock.toWrite) break
      try {
        const finalist = await this.write(trial, { isRefitted: trial === refitted })
        if (finalist) finalists.push(finalist)
      } catch (error) {
        this.#context.signal.throwIfAborted()
        Object.assign(trial, { status: 'failed', error: toAppError(error).toJSON() })
        tell(trial)
      }
    }
    return finalists
  }
}

/**
 * Whether the blend is taken rather than the best trial: within one standard error it is (as by the rule of Breiman et al. 1984), since the best of
 * many trials is partly the luckiest.
 */
export function isAsGood({ trial, error }: BlendCandidate, best: Trial, metric: MetricId): boolean {
  const lead = trial.score! - best.score!
  return (metricTable[metric].better === 'higher' ? lead : -lead) > -error
}

/** A blend that was not fitted to its end does not win. */
export function unfitted(blend: Trial): Trial {
  const error = new AppError('cancelled', 'There was no time left to fit the blended models once more').toJSON()
  return Object.assign(blend, { status: 'stopped', score: null, error } as const)
}

export function errorOf(answer: FromTrial): AppError {
  if (answer.type === 'failed') return AppError.fromJSON(answer.error)
  return new AppError('internal', `The process of a trial answered "${answer.type}"`)
}
