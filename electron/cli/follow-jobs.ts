import { setTimeout as sleep } from 'node:timers/promises'
import { type LatheClient, subscribe } from '../../shared/contract/client.ts'
import { AppError, toAppError } from '../../shared/errors.ts'
import type { Job, JobStatus, LogLine } from '../../shared/model/job.ts'

const ended: ReadonlySet<JobStatus> = new Set(['done', 'paused', 'failed', 'cancelled', 'interrupted'])
const lossTries = 4
const lossWaitMs = 300

export interface Following {
  /** Each change of a followed job. */
  onJob(job: Job): void
  onLog(line: LogLine): void
  /** Aborting cancels every job that has not ended; the promise then resolves as usual. */
  signal: AbortSignal
}

/** Waits until every job has ended, however it did, or is paused. Throws `interrupted` when the engine is gone before that. */
export async function followJobs(client: LatheClient, jobs: Job[], following: Following): Promise<Job[]> {
  const latest = new Map(jobs.map(job => [job.job, job]))
  const stop = new AbortController()
  const isOver = () => [...latest.values()].every(job => ended.has(job.status))

  const take = (job: Job) => {
    const known = latest.get(job.job)
    if (!known || ended.has(known.status)) return
    latest.set(job.job, job)
    following.onJob(job)
    if (isOver()) stop.abort()
  }
  const fetchAll = async () => {
    for (const job of latest.keys()) take(await client.jobs.get({ job }))
  }
  let failure: AppError | undefined
  let isChecking = false
  /** The stream says nothing of what happened before it began, and an engine that is gone says nothing at all. */
  const check = async () => {
    if (isChecking || stop.signal.aborted) return
    isChecking = true
    for (let tries = 1; ; tries += 1) {
      try {
        await fetchAll()
        break
      } catch (thrown) {
        const error = toAppError(thrown)
        if (error.code === 'unreachable' && tries < lossTries) {
          await sleep(lossWaitMs)
          continue
        }
        failure = error.code === 'unreachable' ? engineGone(error) : error
        stop.abort()
        break
      }
    }
    isChecking = false
  }
  const cancel = () => {
    for (const job of latest.values()) {
      if (!ended.has(job.status)) void client.jobs.cancel({ job: job.job }).then(take, () => void check())
    }
  }

  if (isOver()) return [...latest.values()]
  following.signal.addEventListener('abort', cancel, { once: true })
  if (following.signal.aborted) cancel()
  await subscribe(client, {
    signal: stop.signal,
    onConnection: isConnected => {
      if (!isConnected) void check()
    },
    onEvent: event => {
      if (event.type === 'hello' || event.type === 'reset') void check()
      else if (event.type === 'job') take(event.job)
      else if (event.type === 'log' && latest.has(event.job)) event.lines.forEach(following.onLog)
    },
  })
  following.signal.removeEventListener('abort', cancel)
  if (failure) throw failure
  return [...latest.values()]
}

function engineGone(cause: AppError): AppError {
  return new AppError('interrupted', 'The engine ended while the job was running', {
    mend: 'Give any command: it starts the engine again, and `lathe jobs` tells what became of the job.',
    cause,
  })
}
