import { mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../../shared/errors.ts'
import { formatSeconds } from '../../../../shared/lib/format.ts'
import { type MetricId, metricTable } from '../../../../shared/model/metrics.ts'
import type { Trial } from '../../../../shared/model/search.ts'
import { newId } from '../../base/index.ts'
import { selectionMetric } from '../../evaluation/index.ts'
import type { JobContext, JobFunction } from '../../jobs/index.ts'
import { algorithms } from '../algorithms/index.ts'
import { workOf } from '../checkpoint.ts'
import { chances, mostOfBudget } from './chances.ts'
import { Clock } from './clock.ts'
import { type BlendCandidate, Ending, errorOf, isAsGood, unfitted } from './ending.ts'
import { failureOf, unwrittenOf } from './failures.ts'
import { findingsOf } from './findings.ts'
import { importanceOf } from './importance.ts'
import type { Finalist, SearchInput, SearchOutput, SearchRecord } from './job.ts'
import { Ledger, type LedgerState } from './ledger.ts'
import { type Attempt, Plan, type PlanState, sharesOf } from './plan.ts'
import { ofTexts, type Space, spaceOf } from './space.ts'
import { bytesOfTrial, TrialProcess } from './trial-process.ts'
import type { FromTrial, Opened } from './wire.ts'

/** Halving is worth it from so many training rows at the least share. */
const leastRows = { auto: 8000, asha: 200 }
/** With nothing but failures so far, the search ends after so many. */
const mostFailures = 20
/** Of so many trials, where they are counted, the last is a blend of the best; of fewer each is better spent on a setting. */
const leastTrials = 10
/** Not searched: what comes first, what comes of the others, and what goes on from a model. */
const apart: ReadonlySet<string> = new Set(['baseline', 'blend', 'fine-tune'])

/** What a search goes on from after its process ended; the files that the ledger names lie beside it. */
interface Held {
  elapsed: number
  ledger: LedgerState
  plan: PlanState
}

/**
 * Trains the baseline to its end, then tries settings in processes of their own until the budget is up, all else is tried, or the person stops
 * it; then blends the best, fits the winner to the validation rows as well, and writes the best of each algorithm. What does not end in time is
 * left out, but for the baseline. Resumed, it goes on with the trials that it has and the time that was left. Where every trial fails it leaves the
 * baseline, and the reason.
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
  readonly #bytes: number
  readonly #processes = new Set<TrialProcess>()
  /** Names what its checkpoint is of. */
  readonly #identity: string
  #metric: MetricId = 'rmse'
  #ledger: Ledger
  #isOver = false

  constructor(input: SearchInput, context: JobContext) {
    this.#input = input
    this.#context = context
    this.#clock = new Clock(input.seconds)
    this.#parallel = input.parallel ?? (input.seconds === null ? 1 : Math.min(4, availableParallelism()))
    this.#bytes = input.bytes ?? bytesOfTrial(this.#parallel)
    const { search: _, spec, ...asked } = input
    this.#identity = workOf({ ...spec, asked }, availableParallelism())
    this.#ledger = this.#newLedger()
  }

  #newLedger(): Ledger {
    return new Ledger(this.#metric, this.#context.checkpoint.folder, newId('files', Date.now()))
  }

  async run(): Promise<SearchOutput> {
    const { progress } = this.#context
    progress(0, 'reading')
    // The finisher fits no trial but the baseline, so that it is there when the best is to be written. The others read meanwhile.
    const finisher = this.#start()
    const first = Array.from({ length: this.#parallel }, () => this.#ready())
    // What keeps them from it keeps the finisher from it, and is said there.
    for (const each of first) each.catch(() => {})
    const opened = await this.#open(finisher, this.#parallel, true, Number.POSITIVE_INFINITY)
    const { task, shape } = opened
    this.#metric = selectionMetric(task)
    this.#ledger = this.#newLedger()
    await mkdir(this.#ledger.folder, { recursive: true })
    const readSeconds = this.#clock.elapsed() / 1000
    this.#clock.toOpen = this.#clock.elapsed()
    const files = (trial: Trial) => this.#ledger.filesOf(trial)
    const limits = { context: this.#context, clock: this.#clock, bytes: this.#bytes, files }
    const ending = new Ending(limits, finisher, async () => {
      const process = this.#start()
      await this.#open(process, 1, true)
      return process
    })
    const held = this.#context.checkpoint.read(this.#identity) as Held | null
    this.#tell({ opened: { task, metric: this.#metric }, trials: held?.ledger.trials.length ?? 0 })
    const finalists = [await this.#baseline(finisher, ending)]
    const spaces = this.#spaces(opened)
    const plan = this.#plan(spaces, shape.trainRows)
    if (held) this.#goOn(held, plan)
    await this.#searchAll(plan, first)
    this.#isOver = true
    const { trials } = this.#ledger
    const vain = failureOf(trials.slice(1))
    const importance = importanceOf(trials, spaces, metricTable[this.#metric].better)
    if (!vain) finalists.push(...(await this.#end(ending)))
    const failure = (vain ?? (finalists.length > 1 ? null : unwrittenOf(this.#ledger.ranked())))?.toJSON() ?? null
    const [baseline, best = baseline] = finalists as [Finalist, Finalist?]
    return {
      ...{ task, metric: this.#metric, best: best.trial, finalists, importance, failure },
      findings: findingsOf({
        ...{ failure, finalists, trials, metric: this.#metric, importance },
        wasStopped: this.#context.finish.aborted,
        readSeconds,
        budgetSeconds: this.#input.seconds,
        tookSeconds: this.#clock.elapsed() / 1000,
      }),
    }
  }

  close(): void {
    this.#isOver = true
    for (const each of this.#processes) each.end(new AppError('cancelled', 'The search ended'))
  }

  /** What the engine may have missed is told again. */
  #goOn({ elapsed, ledger, plan: held }: Held, plan: Plan): void {
    this.#ledger.restore(ledger)
    plan.restore(held)
    this.#clock.goOn(elapsed)
    this.#foretell()
    for (const trial of this.#ledger.trials) if (trial.status !== 'running') this.#tell({ trial })
    this.#context.log(`It goes on after ${formatSeconds(elapsed / 1000)} and ${this.#ledger.count} trials`)
  }

  /** Throws where the search is to pause. Files go only when no checkpoint names them any more. */
  async #keep(plan: Plan): Promise<void> {
    const unwanted = this.#ledger.unwanted()
    const held: Held = { elapsed: this.#clock.elapsed(), ledger: this.#ledger.save(), plan: plan.save() }
    await this.#context.checkpoint.write(this.#identity, held)
    for (const file of unwanted) await rm(file, { force: true })
  }

  /** What the best would take to be fitted once more. */
  #foretell(): void {
    const { blender } = this.#ledger
    this.#clock.toRefit = blender.secondsOfBlend * 1000
    this.#clock.toRefitBest = blender.secondsOfBest * 1000
  }

  #tell(record: SearchRecord): void {
    this.#context.record(record)
  }

  #start(): TrialProcess {
    const process = new TrialProcess()
    this.#processes.add(process)
    return process
  }

  async #open(process: TrialProcess, among: number, finishes = false, milliseconds = this.#clock.left()) {
    const threads = Math.max(1, Math.floor(availableParallelism() / among))
    const temporaryFolder = join(this.#context.temporaryFolder, `process-${this.#processes.size}`)
    const message = { type: 'open' as const, spec: this.#input.spec, threads, temporaryFolder, finishes }
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
      if (this.#isOver || this.#ledger.best.size > 0 || this.#clock.forTrials(this.#ledger.best.size) <= 0) return null
      throw error
    }
  }

  /** However long it takes: with nothing but a reason a search would leave less than its budget was worth. */
  async #baseline(finisher: TrialProcess, ending: Ending): Promise<Finalist> {
    const attempt: Attempt = { algorithm: 'baseline', parameters: {}, share: 1 }
    const answer = await this.#try(finisher, attempt, Number.POSITIVE_INFINITY)
    if (answer.type === 'failed') throw errorOf(answer)
    const baseline = this.#ledger.best.get('baseline')!
    this.#ledger.best.delete('baseline')
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
      while (!this.#isOver && !this.#context.finish.aborted && !this.#clock.isUp(this.#ledger.best.size)) {
        this.#context.signal.throwIfAborted()
        this.#showProgress()
        if (this.#context.checkpoint.isDue()) await this.#keep(plan)
        await sleep(50)
      }
    }
    await Promise.race([Promise.all(workers), isUp()])
    this.#isOver = true
    const reason = this.#context.finish.aborted ? 'The search was stopped by hand' : 'The budget was over'
    const [_finisher, ...others] = this.#processes
    for (const process of others) process.end(new AppError('cancelled', reason))
    await Promise.all(workers)
  }

  /** One process after another, while there is anything to try. */
  async #work(plan: Plan, first: Promise<TrialProcess | null>): Promise<void> {
    let process = await first
    while (!this.#isOver && !this.#isEnough()) {
      if (!process?.isAlive) process = await this.#ready()
      if (!process) return
      const left = this.#clock.forTrials(this.#ledger.best.size)
      const may = this.#ledger.fits(left)
      // What did best on a part of the rows may otherwise not be left: nor, without a full one, any model.
      const urgent = plan.lastChance(chances(this.#clock, this.#ledger, this.#input.spec))
      const attempt = urgent ?? plan.next(may) ?? plan.shortcut(may)
      if (!attempt || this.#isVain(attempt, may)) return
      // What has shown its worth on fewer rows may take the time that is left.
      const isEarned = plan.isHalving && attempt.share === 1
      if (isEarned) this.#clock.promise(left)
      const most = isEarned ? left : Math.min(left, this.#clock.all * mostOfBudget)
      const answer = await this.#try(process, attempt, most)
      const score = answer.type === 'fitted' ? answer.fitted.score : null
      plan.ended(attempt, score === null ? null : metricTable[this.#metric].better === 'lower' ? score : -score)
    }
  }

  /** Where the best kind no longer fits into the time, what is quicker only fills it. */
  #isVain({ share }: Attempt, may: (algorithm: string, share: number) => boolean): boolean {
    const [best] = this.#ledger.ranked()
    return best !== undefined && !may(best.algorithm, share)
  }

  #isEnough(): boolean {
    const { trials } = this.#input
    if (trials !== null && this.#ledger.count >= trials - (trials < leastTrials ? 0 : 1)) return true
    const ended = this.#ledger.trials.slice(1).filter(({ status }) => status !== 'running')
    return ended.length >= mostFailures && ended.every(({ status }) => status === 'failed')
  }

  async #try(process: TrialProcess, attempt: Attempt, milliseconds: number): Promise<FromTrial> {
    const begun = this.#clock.elapsed()
    const trial = this.#ledger.begin(attempt, begun)
    this.#tell({ trial })
    const files = this.#ledger.filesOf(trial)
    const than = attempt.share < 1 ? null : (this.#ledger.best.get(attempt.algorithm)?.score ?? null)
    const seconds = Number.isFinite(milliseconds) ? milliseconds / 1000 : null
    const answer = await process.ask(
      { type: 'fit', ...attempt, seconds, keep: { file: files.model, than }, evidence: files.evidence },
      { milliseconds, bytes: this.#bytes },
    )
    this.#ledger.end(trial, answer, this.#clock.elapsed() - begun)
    this.#foretell()
    this.#tell({ trial })
    return answer
  }

  /** Blends the best, lets the winner learn from the validation rows too, and writes it and the best of each algorithm. */
  async #end(ending: Ending): Promise<Finalist[]> {
    const { progress } = this.#context
    progress(null, 'blending the best')
    const blended = await this.#blend(ending)
    const [best] = this.#ledger.ranked()
    progress(null, 'fitting the best to the validation rows as well')
    // A blend has no model of its own yet: it is written only where it is fitted, and the best alone is the next to be.
    const blend = blended && (!best || isAsGood(blended, best, this.#metric)) ? blended : null
    const isBlended = blend !== null && (await ending.refit(blend))
    if (blend && !isBlended) this.#tell({ trial: unfitted(blend.trial) })
    const alone = best && !isBlended ? this.#ledger.blender.of(best.trial) : null
    const refitted = isBlended ? blend : alone && (await ending.refit(alone)) ? alone : null
    progress(null, 'writing the best models')
    const ranked = isBlended ? [blend.trial, ...this.#ledger.ranked()] : this.#ledger.ranked()
    return ending.writeAll(ranked, refitted?.trial ?? null, trial => this.#tell({ trial }))
  }

  async #blend(ending: Ending): Promise<BlendCandidate | null> {
    const { trials } = this.#input
    const ledger = this.#ledger
    if (ledger.trials.length < leastTrials || (trials !== null && ledger.trials.length > trials)) return null
    const members = ledger.blender.members()
    if (members.length < 2) return null
    const begun = this.#clock.elapsed()
    const trial = ledger.next({ algorithm: 'blend', parameters: {}, share: 1 }, begun)
    const blended = await ending.blend(members, trial)
    if (!blended) return null
    trial.seconds = (this.#clock.elapsed() - begun) / 1000
    ledger.trials.push(trial)
    this.#tell({ trial })
    return blended
  }

  #showProgress(): void {
    const { trials } = this.#input
    const done = this.#ledger.count
    const byTrials = trials === null ? 0 : done / trials
    const [best] = this.#ledger.ranked()
    const told = best ? `, best ${metricTable[this.#metric].name} ${Number(best.score!.toPrecision(4))}` : ''
    this.#context.progress(Math.min(0.99, Math.max(byTrials, this.#clock.used())), `trial ${done}${told}`)
  }
}
