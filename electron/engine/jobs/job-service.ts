import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError, type ErrorJson, toAppError } from '../../../shared/errors.ts'
import { canPause, canResume, type Job } from '../../../shared/model/job.ts'
import { entryPath, newId } from '../base/index.ts'
import type { AnyJobHandler } from './domain.ts'
import { EndWaiters } from './end-waiters.ts'
import { type Ending, endingOf } from './ending.ts'
import { readLog } from './event-tail.ts'
import { endedJob, type JobQueue, newJob, type StoredJob, type Submission } from './job.ts'
import { boundCheckpoints, hasCheckpoint, makeFolder, readyFolder, sweepAll, sweepFolder } from './job-folder.ts'
import type { JobServiceOptions } from './options.ts'
import { recoverJobs } from './recover.ts'
import { refuseFinish, refusePause, refuseResume, refuseUnlessDone } from './refusals.ts'
import { RunningJob } from './running-job.ts'
import { type JobRecord, JobStore } from './store.ts'
import { type LiveJob, type Receiver, takeLines } from './take-lines.ts'
import { eventsFile, type JobOutcome, type JobSpec, specFile } from './wire.ts'

/** Between two tries to record an end in a registry that cannot be written to. */
const recordAgainMs = 500

/** How long a job may take to its checkpoint when the engine ends. */
const closeGraceMs = 2000

/**
 * Queues jobs, runs each in a process of its own, and records its end whatever happens. A job's files are the truth
 * about what it did, the registry about what was made of it: a result that was on disk when the engine died is
 * committed at the next start, everything else that ran is "interrupted".
 */
export class JobService implements JobQueue {
  readonly #options: JobServiceOptions
  readonly #store: JobStore
  readonly #handlers = new Map<string, AnyJobHandler>()
  readonly #live = new Map<string, LiveJob>()
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
    const notices = await recoverJobs(this.#store.withStatus('running'), {
      folderOf: job => this.folderOf(job),
      commit: (record, output) => this.#commit(record, output),
      rest: (record, status) => this.#rest(record, status),
      interrupt: (record, error) => this.#recordEnd(record, 'interrupted', error),
    })
    await sweepAll(this.#options.registry.workspace, id => this.#find(id))
    await boundCheckpoints(this.#options, id => this.#find(id))
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
    const job = newJob(submission, submission.job ?? this.newJobId(), this.#options.clock())
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
    if (record.job.status === 'queued' || canResume(record.job)) {
      this.#recordEnd(record, 'cancelled', new AppError('cancelled', 'Cancelled').toJSON())
      await sweepFolder(this.folderOf(id), this.get(id))
    }
    return this.get(id)
  }

  /** Ends the process of a training or search once its checkpoint is written; waits for that. Throws `bad-input` for what cannot be paused. */
  async pause(id: string): Promise<Job> {
    refusePause(this.get(id))
    const live = this.#live.get(id)
    if (!live) this.#rest(this.#record(id), 'paused')
    else {
      live.process.pause()
      live.job.phase = 'pausing'
      this.#publish(id)
      await this.#end(id)
    }
    return this.get(id)
  }

  /** Queues a paused or interrupted training or search again: it goes on from its checkpoint, or from the start where it has none. */
  resume(id: string): Job {
    const record = this.#record(id)
    refuseResume(record.job)
    this.#rest(record, 'queued')
    this.#pump()
    return this.get(id)
  }

  /** Ends a running training or search with what is best so far. Throws `bad-input` for a job of another kind, or one that does not run. */
  finish(id: string): Job {
    refuseFinish(this.get(id))
    this.#live.get(id)?.process.finish()
    return this.get(id)
  }

  /** The result once the job is done; throws the job's error when it ended otherwise. */
  async result(id: string, signal?: AbortSignal): Promise<{ job: Job; result: unknown }> {
    await this.#end(id, signal)
    const { job, result } = this.#record(id)
    refuseUnlessDone(job)
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
    pause: ({ job }) => this.pause(job),
    resume: ({ job }) => this.resume(job),
    cancel: ({ job }) => this.cancel(job),
  }

  /** Cancels what runs, interrupts what can be resumed, and waits until it is recorded; what is queued stays queued. */
  async close(): Promise<void> {
    this.#isClosed = true
    const ids = [...this.#live.keys()]
    for (const { job, process } of this.#live.values()) {
      if (canPause(job)) process.pause(closeGraceMs)
      else process.cancel()
    }
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

  #find(id: string): Job | null {
    return this.#live.get(id)?.job ?? this.#store.get(id)?.job ?? null
  }

  #publish(id: string): void {
    const job = this.#find(id)
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

  readonly #receiver: Receiver = {
    clock: () => this.#options.clock(),
    events: { publish: event => this.#options.events.publish(event) },
    handlerOf: ({ kind }) => this.#handler(kind),
    stored: job => this.#stored(this.#record(job.job), job),
    publish: ({ job }) => this.#publish(job),
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
      readyFolder(folder)
      writeFileSync(join(folder, specFile), JSON.stringify({ kind: job.kind, input: record.input } satisfies JobSpec))
      running = new RunningJob(folder, {
        entry: this.#options.entry ?? entryPath('job-main'),
        givesWay: this.#handler(job.kind).lane === 'compute',
        lines: lines => {
          const live = this.#live.get(job.job)
          if (live) takeLines(live, lines, this.#receiver)
        },
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
    const begun = hasCheckpoint(folder) ? null : { fraction: 0, at: this.#options.clock() }
    this.#live.set(job.job, { job, process: running, begun })
    running.go()
    this.#publish(job.job)
    void running.ended.then(outcome => this.#finish(record, job, outcome))
  }

  async #finish(record: JobRecord, job: Job, outcome: JobOutcome): Promise<void> {
    const folder = this.folderOf(job.job)
    if (outcome.ok) {
      await this.#commit({ ...record, job }, outcome.output)
      await sweepFolder(folder, { ...job, status: 'done' })
    } else {
      const expectedBytes = this.#handler(job.kind).expectedBytes?.(this.#stored(record, job)) ?? null
      const { status, error } = endingOf(outcome, { job, folder, isClosing: this.#isClosed, expectedBytes })
      await this.#fail({ ...record, job }, status, error)
    }
    this.#pump()
  }

  /** Records that a job is paused, or waits to go on. */
  #rest(record: JobRecord, status: 'paused' | 'queued'): void {
    const job: Job = { ...record.job, status, phase: status, secondsLeft: null, endedAt: null, error: null }
    this.#options.registry.transaction(() => {
      this.#store.update(job)
      this.#handler(job.kind).rested?.(this.#stored(record, job), status)
    })
    if (status === 'paused') this.#ended(job.job)
    else this.#publish(job.job)
  }

  /** Sweeps first: where the job filled the disk, its end can be written down only then, and it may be resumed at once. Tries until it is. */
  async #fail(record: JobRecord, status: Ending['status'], error: ErrorJson): Promise<void> {
    await sweepFolder(this.folderOf(record.job.job), { ...record.job, status })
    await boundCheckpoints(this.#options, id => this.#find(id))
    for (;;) {
      try {
        return status === 'paused' ? this.#rest(record, status) : this.#recordEnd(record, status, error)
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
      const done = endedJob(job, this.#options.clock(), handler.failure?.(output) ?? null)
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

  #recordEnd(record: JobRecord, status: Exclude<Ending['status'], 'paused'>, error: ErrorJson): void {
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
}
