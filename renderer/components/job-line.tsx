import { Progress } from '@mantine/core'
import { useState } from 'react'
import { formatSeconds } from '../../shared/lib/format.ts'
import type { Job } from '../../shared/model/job.ts'
import { engine } from '../client/engine.ts'

export const isUnfinished = (job: Job) => job.status === 'running' || job.status === 'queued'

export function JobProgress({ job }: { job: Job }) {
  if (!isUnfinished(job)) return <span title={job.error?.message}>{job.error?.message ?? ''}</span>
  const left = job.secondsLeft === null ? '' : ` · ${formatSeconds(Math.ceil(job.secondsLeft))} left`
  return (
    <span className="job-progress">
      <Progress
        value={job.status === 'queued' ? 0 : (job.fraction ?? 1) * 100}
        animated={job.status === 'running' && job.fraction === null}
        size="sm"
        aria-label={`${job.title}: ${job.phase}`}
      />
      <span className="soft">
        {job.phase || job.status}
        {left}
      </span>
    </span>
  )
}

/** For a training or a search that runs: it ends at its next step, with what is best so far. */
export function FinishButton({ job }: { job: Job }) {
  const [isAsked, setIsAsked] = useState(false)
  if ((job.kind !== 'train' && job.kind !== 'search') || job.status !== 'running') return null
  return (
    <button
      type="button"
      className="link"
      disabled={isAsked}
      aria-label={`Stop ${job.title} and keep the best`}
      onClick={() => {
        setIsAsked(true)
        engine.jobs.finish({ job: job.job }).catch(() => setIsAsked(false))
      }}
    >
      {isAsked ? 'Stopping…' : 'Stop, keep best'}
    </button>
  )
}

export function CancelButton({ job }: { job: Job }) {
  const [isAsked, setIsAsked] = useState(false)
  if (!isUnfinished(job)) return null
  return (
    <button
      type="button"
      className="link"
      disabled={isAsked}
      aria-label={`Cancel ${job.title}`}
      onClick={() => {
        setIsAsked(true)
        engine.jobs.cancel({ job: job.job }).catch(() => setIsAsked(false))
      }}
    >
      {isAsked ? 'Cancelling…' : 'Cancel'}
    </button>
  )
}

/** One unfinished job: title, progress, time left, Cancel. Nothing once it has ended. */
export function JobLine({ job }: { job: Job | null }) {
  if (!job || !isUnfinished(job)) return null
  return (
    <div className="job-line" role="status">
      <span className="title" title={job.title}>
        {job.title}
      </span>
      <JobProgress job={job} />
      <FinishButton job={job} />
      <CancelButton job={job} />
    </div>
  )
}
