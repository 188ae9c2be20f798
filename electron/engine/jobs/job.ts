import type { JobKindId, JobResult } from '../../../shared/contract/jobs.ts'
import type { AppError, ErrorJson } from '../../../shared/errors.ts'
import type { Job } from '../../../shared/model/job.ts'
import type { JobObjects } from '../../../shared/model/pipeline.ts'
import type { Checkpoint } from './checkpoint.ts'

/** What a job's function gets in its own process. */
export interface JobContext {
  /** The job's own folder, absolute. Everything it writes goes to `out/` in it until the engine adopts it. */
  readonly folder: string
  /** `folder/out`, there from the start. */
  readonly outFolder: string
  /** `folder/tmp`, there from the start; swept whatever happens. */
  readonly temporaryFolder: string
  /** Aborts on cancel; some 150 ms later the process is killed. Throw `signal.reason` or an AbortError. */
  readonly signal: AbortSignal
  /** Aborts when what is best so far is to be kept and the work ended: a training stops at its next step. Others may not look at it. */
  readonly finish: AbortSignal
  /** What is needed to go on where this process ends; for kinds of `resumableKinds`. */
  readonly checkpoint: Checkpoint
  /** 0 to 1, or null while it cannot be told, and a short phrase: "reading", "round 12 of 100". Cheap; coalesced. */
  progress(fraction: number | null, phase: string): void
  log(message: string, level?: 'info' | 'warn' | 'error'): void
  /** A point of a live curve, for jobs whose subject is a run. Cheap; coalesced. */
  metric(key: string, step: number, value: number): void
  /** Something that the engine is to write down while the job goes on; see `JobHandler.records`. JSON; kept in order, coalesced. */
  record(record: unknown): void
  /** A secret of the one door, asked for at the moment of use; null where there is none. Never log or keep it. */
  secret(name: string): Promise<string | null>
  /** Runs what must not be cut off in the middle: a cancel, or the engine's end, kills the process only after it, or after 30 s. */
  unbroken<Result>(work: () => Promise<Result>): Promise<Result>
  /** Runs what may never come back, in native code too: after so long the engine ends the process, and the job fails as `late` says. */
  within<Result>(milliseconds: number, late: AppError, work: () => Promise<Result>): Promise<Result>
}

/** A job kind's work, run in a process of its own. Input and output are JSON. */
export type JobFunction<Input, Output> = (input: Input, context: JobContext) => Promise<Output>

/** The engine's side of a job: everything that touches the registry. */
export interface JobHandler<Input, Output, Kind extends JobKindId = JobKindId> {
  readonly kind: Kind
  /** Compute jobs share the cores, behind what a person does; io jobs mostly wait. */
  readonly lane: 'compute' | 'io'
  /** What it reads and makes, as far as it is known when it is queued (no result yet) and when it is done. */
  objects(job: StoredJob<Input>, result: JobResult<Kind> | null): JobObjects
  /** The most memory that it was expected to hold; said where it dies of want of it. Null where that is not known. */
  expectedBytes?(job: StoredJob<Input>): number | null
  /** In the transaction that marks the job as running. */
  started?(job: StoredJob<Input>): void
  /** Points of live curves as they come, outside any transaction. */
  points?(points: CurvePoint[], job: StoredJob<Input>): void
  /** What the job records as it goes on, outside any transaction. */
  records?(records: unknown[], job: StoredJob<Input>): void
  /** Before the commit: moves outputs from `outFolder` into the store. Must be repeatable: a crash may call it twice. */
  adopt?(output: Output, job: StoredJob<Input>): Promise<void>
  /** Why it reads failed although it leaves something, which is committed; absent or null where it is done. */
  failure?(output: Output): ErrorJson | null
  /** In the transaction that marks the job as done, or failed for its `failure`: writes the rows, gives what `jobs.result` shows. */
  commit(output: Output, job: StoredJob<Input>): JobResult<Kind>
  /** In the transaction that records that it is paused, or queued again; every kind of `resumableKinds` has it. */
  rested?(job: StoredJob<Input>, status: 'paused' | 'queued'): void
  /** In the transaction that records an end without a result. */
  ended?(job: StoredJob<Input>, status: 'failed' | 'cancelled' | 'interrupted', error: ErrorJson): void
}

export interface CurvePoint {
  key: string
  step: number
  value: number
}

export interface StoredJob<Input> extends Job {
  input: Input
  /** Absolute. */
  outFolder: string
}

export interface Submission<Input> {
  kind: JobKindId
  title: string
  input: Input
  subject?: { kind: string; id: string }
  /** Chosen beforehand where rows must name it (`jobs.newJobId()`). */
  job?: string
}

/** A job that waits for its turn. */
export function newJob({ kind, title, subject }: Submission<unknown>, job: string, createdAt: number): Job {
  return {
    ...{ job, kind, title, status: 'queued', fraction: null, phase: 'queued', secondsLeft: null },
    ...{ subject: subject ?? null, createdAt, startedAt: null, endedAt: null, error: null },
  }
}

/** A job that came to its end by itself: done, or failed for `error` although it leaves something. */
export function endedJob(job: Job, endedAt: number, error: ErrorJson | null): Job {
  const status = error ? 'failed' : 'done'
  return { ...job, status, phase: status, fraction: error ? job.fraction : 1, secondsLeft: null, endedAt, error }
}

/** The part of the job service that other domains use. */
export interface JobQueue {
  newJobId(): string
  /** Queues a job; call it inside `registry.transaction` together with rows that belong to it. */
  submit<Input>(submission: Submission<Input>): Job
  /** Where the files of a job lie; there after `submit`. A domain may place inputs in `folder/in` before it submits. */
  folderOf(job: string): string
  /** Waits for the end of a job; throws its error where it did not end as done. */
  result(job: string, signal?: AbortSignal): Promise<{ job: Job; result: unknown }>
}
