import type { JobResult } from '../../../shared/contract/jobs.ts'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import type { Job } from '../../../shared/model/job.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { type Asked, useAsked } from '../../client/use-asked.ts'
import { useJob } from '../../client/use-job.ts'
import { isUnfinished } from '../../components/job-line.tsx'

type Telling = 'explain' | 'examine'

interface Told<Kind extends Telling> {
  /** The newest that the workspace has; null where there is none, or it is not known yet. */
  told: JobResult<Kind> | null
  /** The one that waits or runs. */
  job: Job | null
  isRunning: boolean
  isLoading: boolean
  /** Why the last one failed, or nothing can be known. */
  error: AppError | null
  start(begin: () => Promise<{ job: Job }>): Promise<unknown>
}

async function newestOf<Kind extends Telling>(kind: Kind, run: string): Promise<JobResult<Kind> | null> {
  const { jobs } = await engine.jobs.list({ kind, state: 'done', subject: `run:${run}`, limit: 1 })
  if (!jobs[0]) return null
  return (await engine.jobs.result({ job: jobs[0].job })).result as JobResult<Kind>
}

/** What jobs of a kind tell of a run, whoever began them: this page, another one, or the end of a search. */
export function useTold<Kind extends Telling>(kind: Kind, run: string): Told<Kind> {
  const own = useJob<Kind>()
  const isMine = (job: Job) => job.kind === kind && job.subject?.kind === 'run' && job.subject.id === run
  const last = useEngine(({ jobs }) => jobs.find(isMine) ?? null)
  const done = useEngine(({ jobs }) => jobs.find(job => isMine(job) && job.status === 'done')?.job)
  const known: Asked<JobResult<Kind> | null> = useAsked(`${run} ${done}`, () => newestOf(kind, run))
  const running = last && isUnfinished(last) ? last : null
  const failed = last?.status === 'failed' && last.error ? AppError.fromJSON(last.error as ErrorJson) : null
  const isRunning = own.isRunning || running !== null
  return {
    told: known.value,
    job: running ?? (own.isRunning ? own.job : null),
    isRunning,
    isLoading: known.isLoading,
    error: own.error ?? (isRunning ? null : failed) ?? known.error,
    start: own.start,
  }
}
