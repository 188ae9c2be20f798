import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError, type ErrorJson, toAppError } from '../../../shared/errors.ts'
import type { Job } from '../../../shared/model/job.ts'
import { entryPath, newId } from '../base/index.ts'
import type { AnyJobHandler } from './domain.ts'
import { EndWaiters } from './end-waiters.ts'
import { readLog } from './event-tail.ts'
import type { JobQueue, StoredJob, Submission } from './job.ts'
import { makeFolder, sweepAll, sweepFolder } from './job-folder.ts'
import type { JobServiceOptions } from './options.ts'
import { isAlive, killGroup } from './process-identity.ts'
import { interrupted, RunningJob, readOutcome } from './running-job.ts'
import { secondsLeft } from './seconds-left.ts'
import { type JobRecord, JobStore } from './store.ts'
import { eventsFile, type JobLine, type JobOutcome, type JobSpec, specFile } from './wire.ts'

/** Between two tries to record an end in a registry that cannot be written to. */
const recordAgainMs = 500

/** Kinds of jobs that look at `finish`. */
const keepsBest: ReadonlySet<string> = new Set(['train', 'search'])

interface Live {
  job: Job
  process: RunningJob
}

/**
 * Queues jobs, runs each in a process of its own, and records its end whatever happens. A job's files are the truth
 * about what it did, the registry about what was made of it: a result that was on disk when the engine died is
 * committed at the next start, everything else that ran is "interrupted".
 */
export class JobService implements JobQueue {
  readonly #options: JobServiceOptions
  readonly #store: JobStore
  readonly #handlers = new Map<string, AnyJobHandler>()
  readonly #live = new Map<string, Live>()
  readonly #ends = new EndWaiters()
  #isPumping = false
  #isClosed = false

  constructor(options: JobServiceOptions) {
    this.#options = options
    this.#store = new JobStore(options.registry)
  }

  /** Ids of the jobs that wait or run. */
  get active(): string[] {
    return [...this.#live.keys(), ...this.#store.withStatus('queued').map(record => record.job.job)]
  }

  /** Makes the handlers known, mends what the last engine left, and starts the queue. */
  async start(handlers: readonly AnyJobHandler[]): Promise<string[]> {
    for (const handler of handlers) {
      if (this.#handlers.has(handler.kind)) throw new Error(`Two handlers for the job kind ${handler.kind}`)
      this.#handlers.set(handler.kind, handler)
    }
    const notices = await this.#recover()
    this.#pump()
    return notices
  }

  newJobId(): string {
    return newId('job', this.#options.clock())
  }

  folderOf(job: string): string {
    return join(this.#options.registry.workspace, 'jobs', job)
  }

  submit<Input>(submission: Submission<Input>): Job {
    if (this.#isClosed) throw new AppError('conflict', 'The engine is ending and takes no more jobs')
    if (!this.#handlers.has(submission.kind)) throw new Error(`No handler for the job kind ${submission.kind}`)
    const job: Job = {
      job: submission.job ?? this.newJobId(),
      kind: submission.kind,
      title: submission.title,
      status: 'queued',
      fraction: null,
      phase: 'queued',
      secondsLeft: null,
      subject: submission.subject ?? null,
      createdAt: this.#options.clock(),
      startedAt: null,
      endedAt: null,
      error: null,
    }
    makeFolder(this.folderOf(job.job))
    this.#store.insert(job, submission.input, this.#objects({ job, input: submission.input }, null))
    // After the caller's transaction, if there is one: a rolled back job is not there then.
    setImmediate(() => {
      this.#publish(job.job)
      this.#pump()
    })
    return job
  }

  get(job: string): Job {
    const live = this.#live.get(job)
    return live ? { ...live.job } : this.#record(job).job
  }

  async cancel(id: string): Promise<Job> {
    const live = this.#live.get(id)
    if (live) {
      live.process.cancel()
      await this.#end(id)
      return this.get(id)
    }
    const record = this.#record(id)
    if (record.job.status === 'queued')
      this.#recordEnd(record, 'cancelled', new AppError('cancelled', 'Cancelled').toJSON())
    return this.get(id)
  }

  /** Ends a running training or search with what is best so far. Throws `bad-input` for a job of another kind, or one that does not run. */
  finish(id: string): Job {
    const live = this.#live.get(id)
    const job = live?.job ?? this.#record(id).job
    if (!live || !keepsBest.has(job.kind)) {
      const state = live ? 'no training or search' : job.status
      throw new AppError('bad-input', `${job.title} is ${state}: there is nothing to keep`, {
        mend: 'Only a training or search that runs can be stopped with what is best so far.',
      })
    }
    live.process.finish()
    return this.get(id)
  }

  /** The result once the job is done; throws the job's error when it ended otherwise. */
  async result(id: string, signal?: AbortSignal): Promise<{ job: Job; result: unknown }> {
    await this.#end(id, signal)
    const { job, result } = this.#record(id)
    if (job.status !== 'done') throw AppError.fromJSON(job.error as ErrorJson)
    return { job, result }
  }

  readonly operations: Operations<Contract['jobs']> = {
    list: asked => {
      const page = this.#store.list(asked)
      return { ...page, jobs: page.jobs.map(job => this.#live.get(job.job)?.job ?? job) }
    },
    get: ({ job }) => this.get(job),
    result: ({ job }, { signal }) => this.result(job, signal),
    log: ({ job, after }) => {
      this.#record(job)
      return { lines: readLog(join(this.folderOf(job), eventsFile)).filter(line => line.line > after) }
    },
    finish: ({ job }) => this.finish(job),
    cancel: ({ job }) => this.cancel(job),
  }

  /** Cancels what runs and waits until it is recorded; what is queued stays queued. */
  async close(): Promise<void> {
    this.#isClosed = true
    const ids = [...this.#live.keys()]
    for (const id of ids) this.#live.get(id)?.process.cancel()
    await Promise.all(ids.map(id => this.#end(id)))
  }

  #record(id: string): JobRecord {
    const record = this.#store.get(id)
    if (!record) throw new AppError('not-found', `There is no job "${id}"`)
    return record
  }

  /** Waits until a job is over; at once where it is. */
  async #end(id: string, signal?: AbortSignal): Promise<void> {
    const { status } = this.#record(id).job
    if (status === 'queued' || status === 'running') await this.#ends.wait(id, signal)
  }

  #publish(id: string): void {
    const job = this.#live.get(id)?.job ?? this.#store.get(id)?.job
    if (job) this.#options.events.publish({ type: 'job', job: { ...job } })
  }

  #pump(): void {
    if (this.#isClosed || this.#isPumping) return
    this.#isPumping = true
    try {
      for (const record of this.#store.withStatus('queued')) {
        const { lane } = this.#handler(record.job.kind)
        const busy = [...this.#live.values()].filter(live => this.#handler(live.job.kind).lane === lane).length
        if (busy < this.#options.lanes[lane]) this.#run(record)
      }
    } finally {
      this.#isPumping = false
    }
  }

  #handler(kind: string): AnyJobHandler {
    const handler = this.#handlers.get(kind)
    if (!handler) throw new Error(`No handler for the job kind ${kind}`)
    return handler
  }

  #objects({ job, input }: Pick<JobRecord, 'job' | 'input'>, result: unknown) {
    return this.#handler(job.kind).objects(this.#stored({ input }, job), result as never)
  }

  #stored({ input }: Pick<JobRecord, 'input'>, job: Job): StoredJob<unknown> {
    return { ...job, input, outFolder: join(this.folderOf(job.job), 'out') }
  }

  #run(record: JobRecord): void {
    const folder = this.folderOf(record.job.job)
    const job: Job = { ...record.job, status: 'running', phase: 'starting', startedAt: this.#options.clock() }
    let running: RunningJob
    try {
      makeFolder(folder)
      writeFileSync(join(folder, specFile), JSON.stringify({ kind: job.kind, input: record.input } satisfies JobSpec))
      running = new RunningJob(folder, {
        entry: this.#options.entry ?? entryPath('job-main'),
        givesWay: this.#handler(job.kind).lane === 'compute',
        lines: lines => this.#receive(job.job, lines),
        secret: name => this.#options.secret(name),
        connected: counts => this.#options.connected?.(counts, job),
      })
      this.#options.registry.transaction(() => {
        this.#store.update(job, { process: { pid: running.pid, started: running.pidStarted } })
        this.#handler(job.kind).started?.(this.#stored(record, job))
      })
    } catch (error) {
      this.#recordEnd(record, 'failed', toAppError(error).toJSON())
      return
    }
    this.#live.set(job.job, { job, process: running })
    running.go()
    this.#publish(job.job)
    void running.ended.then(outcome => this.#finish(record, job, outcome))
  }

  async #finish(record: JobRecord, job: Job, outcome: JobOutcome): Promise<void> {
    const current: JobRecord = { ...record, job }
    if (outcome.ok) await this.#commit(current, outcome.output)
    else await this.#fail(current, outcome.error.code === 'cancelled' ? 'cancelled' : 'failed', outcome.error)
    await sweepFolder(this.folderOf(job.job))
    this.#pump()
  }

  /** Sweeps first: where the job filled the disk, its end can be written down only then. Tries until it is. */
  async #fail(record: JobRecord, status: 'failed' | 'cancelled', error: ErrorJson): Promise<void> {
    await sweepFolder(this.folderOf(record.job.job))
    for (;;) {
      try {
        return this.#recordEnd(record, status, error)
      } catch (thrown) {
        this.#options.logger.error({ err: thrown, job: record.job.job }, 'the end of a job could not be recorded')
        // The next start of an engine records it as interrupted.
        if (this.#isClosed) return this.#ended(record.job.job)
        await sleep(recordAgainMs)
      }
    }
  }

  /** Makes a job's output part of the workspace, or records why that failed. */
  async #commit(record: JobRecord, output: unknown): Promise<void> {
    const { job } = record
    const handler = this.#handler(job.kind)
    try {
      await handler.adopt?.(output, this.#stored(record, job))
      const done: Job = {
        ...job,
        status: 'done',
        fraction: 1,
        phase: 'done',
        secondsLeft: null,
        endedAt: this.#options.clock(),
      }
      this.#options.registry.transaction(() => {
        const result = handler.commit(output, this.#stored(record, done))
        this.#store.update(done, { result, objects: this.#objects({ job: done, input: record.input }, result) })
      })
      this.#ended(job.job)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'internal')
        this.#options.logger.error({ err: thrown, job: job.job }, 'a job could not be committed')
      await this.#fail(record, 'failed', error.toJSON())
    }
  }

  #recordEnd(record: JobRecord, status: 'failed' | 'cancelled' | 'interrupted', error: ErrorJson): void {
    const job: Job = { ...record.job, status, phase: status, secondsLeft: null, endedAt: this.#options.clock(), error }
    this.#options.registry.transaction(() => {
      this.#store.update(job)
      this.#handlers.get(job.kind)?.ended?.(this.#stored(record, job), status, error)
    })
    this.#ended(job.job)
  }

  #ended(id: string): void {
    this.#live.delete(id)
    this.#publish(id)
    this.#ends.end(id)
  }

  #receive(id: string, lines: JobLine[]): void {
    const live = this.#live.get(id)
    if (!live) return
    const { job } = live
    const points = lines.flatMap(line => (line.type === 'points' ? line.points : []))
    const records = lines.flatMap(line => (line.type === 'records' ? line.records : []))
    const progress = lines.findLast(line => line.type === 'progress')
    if (points.length) {
      this.#handler(job.kind).points?.(points, this.#stored(this.#record(id), job))
      if (job.subject?.kind === 'run') this.#options.events.publish({ type: 'metric', run: job.subject.id, points })
    }
    if (records.length) this.#handler(job.kind).records?.(records, this.#stored(this.#record(id), job))
    if (progress) {
      job.fraction = progress.fraction
      job.phase = progress.phase
      job.secondsLeft = secondsLeft(job, this.#options.clock())
    }
    if (lines.some(line => line.type === 'log')) {
      const log = readLog(join(this.folderOf(id), eventsFile))
      const fresh = lines.filter(line => line.type === 'log').length
      this.#options.events.publish({ type: 'log', job: id, lines: log.slice(-fresh) })
    }
    this.#publish(id)
  }

  /** Ends orphans, commits results that were whole, marks the rest as interrupted, removes what is half-way. */
  async #recover(): Promise<string[]> {
    const notices: string[] = []
    for (const record of this.#store.withStatus('running')) {
      const { process: orphan, job } = record
      if (orphan && isAlive(orphan.pid, orphan.started)) {
        killGroup(orphan.pid)
        notices.push(`Ended the process that job ${job.job} had left behind`)
      }
      const outcome = readOutcome(this.folderOf(job.job))
      if (outcome?.ok) {
        await this.#commit(record, outcome.output)
        notices.push(`Job ${job.job} (${job.title}) had finished while the engine was gone; its result was taken in`)
      } else {
        this.#recordEnd(record, 'interrupted', interrupted.toJSON())
        notices.push(`Job ${job.job} (${job.title}) was interrupted by the engine's end`)
      }
    }
    await sweepAll(this.#options.registry.workspace, id => this.#store.get(id)?.job.status ?? null)
    return notices
  }
}
