import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { canPause, canResume, type Job, resumableKinds } from '../../../shared/model/job.ts'

/** Kinds of jobs that look at `finish`. */
const keepsBest: ReadonlySet<string> = new Set(['train', 'search'])

/** Each throws `bad-input` for a job that cannot be asked for it as it is now. */
export function refuseFinish(job: Job): void {
  if (keepsBest.has(job.kind) && job.status === 'running') return
  const state = job.status === 'running' ? 'no training or search' : job.status
  throw new AppError('bad-input', `${job.title} is ${state}: there is nothing to keep`, {
    mend: 'Only a training or search that runs can be stopped with what is best so far.',
  })
}

export function refusePause(job: Job): void {
  if (!canPause(job)) throw notNow(job, 'paused', 'Only a training or search that waits or runs can be paused.')
}

export function refuseResume(job: Job): void {
  if (!canResume(job)) throw notNow(job, 'resumed', 'Only a paused or interrupted training or search can be resumed.')
}

/** Throws the error of a job that is over without a result. */
export function refuseUnlessDone({ status, title, error }: Job): void {
  if (status === 'done') return
  if (error) throw AppError.fromJSON(error as ErrorJson)
  throw new AppError('interrupted', `${title} is ${status}`, { mend: 'Resume it, then wait for it again.' })
}

function notNow(job: Job, what: string, mend: string): AppError {
  const state = resumableKinds.has(job.kind) ? job.status : 'no training or search'
  return new AppError('bad-input', `${job.title} is ${state}: it cannot be ${what}`, { mend })
}
