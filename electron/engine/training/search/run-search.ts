import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../../shared/errors.ts'
import { type MetricId, metricTable } from '../../../../shared/model/metrics.ts'
import type { Trial } from '../../../../shared/model/search.ts'
import { selectionMetric } from '../../evaluation/index.ts'
import type { JobContext, JobFunction } from '../../jobs/index.ts'
import { algorithms } from '../algorithms/index.ts'
import { Blender } from './blender.ts'
import { Clock } from './clock.ts'
import { type BlendCandidate, Ending, errorOf, filesOf, isAsGood, unfitted } from './ending.ts'
import { refuseWhenAllFailed } from './failures.ts'
import { findingsOf } from './findings.ts'
import { importanceOf } from './importance.ts'
import type { Finalist, SearchInput, SearchOutput, SearchRecord } from './job.ts'
import { type Attempt, Plan, sharesOf } from './plan.ts'
import { ofTexts, type Space, spaceOf } from './space.ts'
import { bytesOfTrial, TrialProcess } from './trial-process.ts'
import type { FromTrial, Opened } from './wire.ts'

/** Halving is worth it from so many training rows at the least share. */
const leastRows = { auto: 8000, asha: 200 }
/** A trial may take this share of the budget, so that one cannot take it all, unless it has shown on fewer rows that it is worth it. */
const mostOfBudget = 0.3
/** When so much of the time for trials is over without a full one, the best goes to all rows at once. */
const latestFull = 0.5
/** With nothing but failures so far, the search ends after so many. */
const mostFailures = 20
/** Of so many trials, where they are counted, the last is a blend of the best; of fewer each is better spent on a setting. */
const leastTrials = 10
/** Not searched: what comes first, what comes of the others, and what goes on from a model. */
const apart: ReadonlySet<string> = new Set(['baseline', 'blend', 'fine-tune'])

/**
 * Trains the baseline to its end, then tries settings in processes of their own until the budget is up, all else is tried, or the person stops
 * it; then blends the best, fits the winner to the validation rows as well, and writes the best of each algorithm. What does not end in time is
 * left out, but for the baseline. Throws the commonest reason when every trial fails.
 */
export const runSearch: JobFunction<SearchInput, SearchOutput> = async (input, context) => {
  const search = new SearchWork(input, context)
  try {
    return await search.run()
  } finally {
    search.close()
  }
}

class SearchWork {
  readonly #input: SearchInput
  readonly #context: JobContext
  readonly #clock: Clock
  readonly #parallel: number
  readonly #processes = new Set<TrialProcess>()
  readonly #trials: Trial[] = []
  /** The best full trial of each algorithm, whose model lies in a file. */
  readonly #best = new Map<string, Trial>()
  /** What its trials took lately, for all rows, in milliseconds. */
  readonly #took = new Map<string, number>()
  #metric: MetricId = 'rmse'
  #blender = new Blender('rmse')
  #isOver = false

  constructor(input: SearchInput, context: JobContext) {
    this.#input = input
    this.#context = context
    this.#clock = new Clock(input.seconds)
    this.#parallel = input.parallel ?? (input.seconds === null ? 1 : Math.min(4, availableParallelism()))
  }

  async run(): Promise<SearchOutput> {
    const { progress } = this.#context
    progress(0, 'reading')
    // The finisher fits no trial but the baseline, so that it is there when the best is to be written. The others read meanwhile.
    const finisher = this.#start()
    const first = Array.from({ length: this.#parallel }, () => this.#ready())
    // What keeps them from it keeps the finisher from it, and is said there.
    for (const each of first) each.catch(() => {})
    const opened = await this.#open(finisher, this.#parallel, Number.POSITIVE_INFINITY)
    const { task, shape } = opened
    this.#metric = selectionMetric(task)
    this.#blender = new Blender(this.#metric)
    const readSeconds = this.#clock.elapsed() / 1000
    this.#clock.toOpen = this.#clock.elapsed()
    const limits = { context: this.#context, clock: this.#clock, bytes: this.#bytes }
    const ending = new Ending(limits, finisher, async () => {
      const process = this.#start()
      await this.#open(process, 1)
      return process
    })
    this.#tell({ opened: { task, metric: this.#metric } })
    const finalists = [await this.#baseline(finisher, ending)]
    const spaces = this.#spaces(opened)
    const plan = this.#plan(spaces, shape.trainRows)
    await this.#searchAll(plan, first)
    this.#isOver = true
    refuseWhenAllFailed(this.#trials.slice(1))
    const importance = importanceOf(this.#trials, spaces, metricTable[this.#metric].better)
    finalists.push(...(await this.#end(ending)))
    const [baseline, best = baseline] = finalists as [Finalist, Finalist?]
    return {
      ...{ task, metric: this.#metric, best: best.trial, finalists, importance },
      findings: findingsOf({
        ...{ finalists, trials: this.#trials, metric: this.#metric, importance },
        wasStopped: this.#context.finish.aborted,
        readSeconds,
        budgetSeconds: this.#input.seconds,
      }),
    }
  }

  close(): void {
    for (const each of this.#processes) each.end(new AppError('cancelled', 'The search ended'))
  }

  #tell(record: SearchRecord): void {
    this.#context.record(record)
  }

  #start(): TrialProcess {
    const process = new TrialProcess()
    this.#processes.add(process)
    return process
  }

  async #open(process: TrialProcess, among: number, milliseconds = this.#clock.left()): Promise<Opened> {
    const threads = Math.max(1, Math.floor(availableParallelism() / among))
    const temporaryFolder = join(this.#context.temporaryFolder, `process-${this.#processes.size}`)
    const message = { type: 'open' as const, spec: this.#input.spec, threads, temporaryFolder }
    const answer = await process.ask(message, { milliseconds, bytes: this.#bytes })
    if (answer.type === 'opened') return answer.opened
    throw errorOf(answer)
  }

  /** A process that has read the data; null when the search was over before that. */
  async #ready(): Promise<TrialProcess | null> {
    const process = this.#start()
    try {
      await this.#open(process, this.#parallel)
      return process
    } catch (error) {
      // What has been found is worth more than the process that cannot be had.
      if (this.#isOver || this.#best.size > 0 || this.#clock.forTrials(this.#best.size) <= 0) return null
      throw error
    }
  }

  get #bytes(): number {
    return this.#input.bytes ?? bytesOfTrial(this.#parallel)
  }

  /** However long it takes: with nothing but a reason a search would leave less than its budget was worth. */
  async #baseline(finisher: TrialProcess, ending: Ending): Promise<Finalist> {
    const attempt: Attempt = { algorithm: 'baseline', parameters: {}, share: 1 }
    const answer = await this.#try(finisher, attempt, Number.POSITIVE_INFINITY)
    if (answer.type === 'failed') throw errorOf(answer)
    const baseline = this.#best.get('baseline')!
    this.#best.delete('baseline')
    const finalist = await this.#clock.measure(() => ending.write(baseline, { isLast: true }))
    return finalist!
  }

  #spaces({ task, shape, hasTexts }: Opened): Space[] {
    const { algorithms: asked } = this.#input
    const learn = (asked ?? algorithms.entries.map(({ id }) => id))
      .map(id => algorithms.get(id))
      .filter(({ id, tasks }) => !apart.has(id) && tasks.includes(task))
    if (!learn.length && asked?.some(id => !apart.has(id))) {
      const others = algorithms.entries.filter(({ id, tasks }) => !apart.has(id) && tasks.includes(task))
      throw new AppError('bad-input', `None of ${asked.join(', ')} learns "${this.#input.spec.target}"`, {
        mend: `It is learned by ${others.map(({ id }) => id).join(', ')}.`,
      })
    }
    return learn
      .map(algorithm => ({ algorithm, space: spaceOf(algorithm, hasTexts ? {} : ofTexts) }))
      .toSorted(
        (a, b) => a.algorithm.expectedSeconds(shape, a.space.first) - b.algorithm.expectedSeconds(shape, b.space.first),
      )
      .map(({ space }) => space)
  }

  #plan(spaces: Space[], rows: number): Plan {
    const { strategy: asked, spec } = this.#input
    const isHalving = asked === 'asha' || (asked === 'auto' && this.#input.seconds !== null)
    const shares = isHalving ? sharesOf(rows, asked === 'asha' ? leastRows.asha : leastRows.auto) : [1]
    const strategy = asked === 'auto' ? (shares.length > 1 ? 'asha' : 'tpe') : asked
    return new Plan({ spaces, strategy, shares, seed: spec.seed })
  }

  /** All trials. Resolves when no more are to come; those that still run are ended. */
  async #searchAll(plan: Plan, first: Promise<TrialProcess | null>[]): Promise<void> {
    const workers = first.map(ready => this.#work(plan, ready))
    const isUp = async () => {
      while (!this.#isOver && !this.#context.finish.aborted && this.#clock.forTrials(this.#best.size) > 0) {
        this.#context.signal.throwIfAborted()
        this.#showProgress()
        await sleep(50)
      }
    }
    await Promise.race([Promise.all(workers), isUp()])
    this.#isOver = true
    const reason = this.#context.finish.aborted ? 'The search was stopped by hand' : 'The budget was over'
    for (const [process, isFinisher] of [...this.#processes].map((each, i) => [each, i === 0] as const)) {
      if (!isFinisher) process.end(new AppError('cancelled', reason))
    }
    await Promise.all(workers)
  }

  /** One process after another, while there is anything to try. */
  async #work(plan: Plan, first: Promise<TrialProcess | null>): Promise<void> {
    let process = await first
    while (!this.#isOver && !this.#isEnough()) {
      if (!process?.isAlive) process = await this.#ready()
      if (!process) return
      const left = this.#clock.forTrials(this.#best.size)
      const may = (algorithm: string, share: number) => (this.#took.get(algorithm) ?? 0) * share * 1.5 < left
      const isLate = !this.#best.size && this.#clock.used() > latestFull
      const attempt = (isLate ? plan.shortcut(may) : null) ?? plan.next(may) ?? plan.shortcut(may)
      if (!attempt || this.#isVain(attempt, may)) return
      // What has shown its worth on fewer rows may take the time that is left.
      const isEarned = plan.isHalving && attempt.share === 1
      const answer = await this.#try(process, attempt, isEarned ? left : Math.min(left, this.#clock.all * mostOfBudget))
      const score = answer.type === 'fitted' ? answer.fitted.score : null
      plan.ended(attempt, score === null ? null : metricTable[this.#metric].better === 'lower' ? score : -score)
    }
  }

  /** Where the best kind no longer fits into the time, what is quicker only fills it. */
  #isVain({ share }: Attempt, may: (algorithm: string, share: number) => boolean): boolean {
    const [best] = this.#ranked()
    return best !== undefined && !may(best.algorithm, share)
  }

  #isEnough(): boolean {
    const { trials } = this.#input
    const counted = this.#trials.length - 1
    if (trials !== null && counted >= trials - (trials < leastTrials ? 0 : 1)) return true
    const ended = this.#trials.slice(1).filter(({ status }) => status !== 'running')
    return ended.length >= mostFailures && ended.every(({ status }) => status === 'failed')
  }

  async #try(process: TrialProcess, attempt: Attempt, milliseconds: number): Promise<FromTrial> {
    const begun = this.#clock.elapsed()
    const trial = this.#begun(attempt, begun)
    this.#trials.push(trial)
    this.#tell({ trial })
    const files = this.#filesOf(trial)
    const than = attempt.share < 1 ? null : (this.#best.get(attempt.algorithm)?.score ?? null)
    const answer = await process.ask(
      { type: 'fit', ...attempt, keep: { file: files.model, than }, evidence: files.evidence },
      { milliseconds, bytes: this.#bytes },
    )
    const took = this.#clock.elapsed() - begun
    trial.seconds = took / 1000
    if (answer.type === 'fitted') {
      Object.assign(trial, { status: 'done', score: answer.fitted.score })
      const whole = took / attempt.share
      this.#took.set(attempt.algorithm, ((this.#took.get(attempt.algorithm) ?? whole) + whole) / 2)
      const { isKept, refitSeconds } = answer.fitted
      if (refitSeconds !== null && attempt.algorithm !== 'baseline') {
        const gone = this.#blender.add({ trial, refitSeconds })
        for (const each of gone) await rm(this.#filesOf(each.trial).evidence, { force: true })
        this.#clock.toRefit = this.#blender.secondsOfBlend * 1000
      }
      const best = this.#best.get(attempt.algorithm)
      if (isKept) {
        const isBest = !best || this.#isBetter(trial, best)
        if (isBest) this.#best.set(attempt.algorithm, trial)
        // Models are large: only those that may still be written are kept.
        const worse = isBest ? best : trial
        if (worse) await rm(this.#filesOf(worse).model, { force: true })
      }
    } else {
      const error = errorOf(answer).toJSON()
      Object.assign(trial, { status: error.code === 'cancelled' ? 'stopped' : 'failed', error })
      // A little longer than it was let: so that it is not tried again where it cannot end.
      if (error.code === 'cancelled') this.#took.set(attempt.algorithm, (took * 1.5) / attempt.share)
    }
    this.#tell({ trial })
    return answer
  }

  #begun(attempt: Attempt, milliseconds: number): Trial {
    const [trial, startedAfter] = [this.#trials.length, milliseconds / 1000]
    return { trial, ...attempt, status: 'running', score: null, startedAfter, seconds: null, error: null }
  }

  #isBetter(a: Trial, b: Trial): boolean {
    return metricTable[this.#metric].better === 'higher' ? a.score! > b.score! : a.score! < b.score!
  }

  #filesOf(trial: Trial) {
    return filesOf(this.#context.temporaryFolder, trial)
  }

  /** The best full trial of each algorithm, the best of them first. */
  #ranked(): Trial[] {
    return [...this.#best.values()].toSorted((a, b) => (this.#isBetter(a, b) ? -1 : 1))
  }

  /** Blends the best, lets the winner learn from the validation rows too, and writes it and the best of each algorithm. */
  async #end(ending: Ending): Promise<Finalist[]> {
    const { progress } = this.#context
    progress(null, 'blending the best')
    const blended = await this.#blend(ending)
    const [best] = this.#ranked()
    progress(null, 'fitting the best to the validation rows as well')
    // A blend has no model of its own yet: it is written only where it is fitted, and the best alone is the next to be.
    const blend = blended && (!best || isAsGood(blended, best, this.#metric)) ? blended : null
    const isBlended = blend !== null && (await ending.refit(blend))
    if (blend && !isBlended) this.#tell({ trial: unfitted(blend.trial) })
    const alone = best && !isBlended ? this.#blender.of(best.trial) : null
    const refitted = isBlended ? blend : alone && (await ending.refit(alone)) ? alone : null
    progress(null, 'writing the best models')
    const ranked = isBlended ? [blend.trial, ...this.#ranked()] : this.#ranked()
    return ending.writeAll(ranked, refitted?.trial ?? null, trial => this.#tell({ trial }))
  }

  async #blend(ending: Ending): Promise<BlendCandidate | null> {
    const { trials } = this.#input
    if (this.#trials.length < leastTrials || (trials !== null && this.#trials.length > trials)) return null
    const members = this.#blender.members()
    if (members.length < 2) return null
    const begun = this.#clock.elapsed()
    const trial = this.#begun({ algorithm: 'blend', parameters: {}, share: 1 }, begun)
    const blended = await ending.blend(members, trial)
    if (!blended) return null
    trial.seconds = (this.#clock.elapsed() - begun) / 1000
    this.#trials.push(trial)
    this.#tell({ trial })
    return blended
  }

  #showProgress(): void {
    const { trials } = this.#input
    const done = this.#trials.length - 1
    const byTrials = trials === null ? 0 : done / trials
    const [best] = this.#ranked()
    const told = best ? `, best ${metricTable[this.#metric].name} ${Number(best.score!.toPrecision(4))}` : ''
    this.#context.progress(Math.min(0.99, Math.max(byTrials, this.#clock.used())), `trial ${done}${told}`)
  }
}
