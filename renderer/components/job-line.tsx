import { Progress } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { formatSeconds } from '../../shared/lib/format.ts'
import { canPause, canResume, type Job } from '../../shared/model/job.ts'
import type { Run } from '../../shared/model/run.ts'
import { engine } from '../client/engine.ts'
import { useEngine } from '../client/store.ts'
import { Link } from './link.tsx'
import { jobAddress } from './object-address.ts'
import { pathTo, usePlace } from './router.ts'
import { texts } from './texts.ts'

export const isUnfinished = (job: Job) => job.status === 'running' || job.status === 'queued'

/** It runs, waits, or can go on. */
export const isOpen = (job: Job) => isUnfinished(job) || canResume(job)

export function JobProgress({ job }: { job: Job }) {
  if (!isUnfinished(job) && job.status !== 'paused')
    return <span title={job.error?.message}>{job.error?.message ?? ''}</span>
  const left = job.secondsLeft === null ? '' : ` · ${texts.timeLeft(formatSeconds(Math.ceil(job.secondsLeft)))}`
  return (
    <span className="job-progress">
      <Progress
        value={(job.fraction ?? (job.status === 'running' ? 1 : 0)) * 100}
        animated={job.status === 'running' && job.fraction === null}
        size="sm"
        aria-label={`${job.title}: ${job.phase}`}
      />
      <span className="soft">
        {job.status === 'paused' ? texts.job.part(Math.floor((job.fraction ?? 0) * 100)) : job.phase || job.status}
        {left}
      </span>
    </span>
  )
}

/** Asks the engine once; can be pressed again where it refuses. `instead` may take a press for something else, and says so by true. */
function AskButton(props: {
  label: string
  asked: string
  children: ReactNode
  ask(): Promise<unknown>
  instead?(): boolean
  hasFocus?: boolean
}) {
  const [isAsked, setIsAsked] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (props.hasFocus) button.current?.focus()
  }, [props.hasFocus])
  return (
    <button
      type="button"
      className="link"
      ref={button}
      disabled={isAsked}
      aria-label={props.label}
      onClick={() => {
        if (props.instead?.()) return
        setIsAsked(true)
        props.ask().catch(() => setIsAsked(false))
      }}
    >
      {isAsked ? props.asked : props.children}
    </button>
  )
}

/** For a training or a search that runs: it ends at its next step, with what is best so far. */
export function FinishButton({ job }: { job: Job }) {
  if ((job.kind !== 'train' && job.kind !== 'search') || job.status !== 'running') return null
  return (
    <AskButton
      label={texts.job.finishOf(job.title)}
      asked={texts.job.finishing}
      ask={() => engine.jobs.finish({ job: job.job })}
    >
      {texts.job.finish}
    </AskButton>
  )
}

/** For a training or search that waits or runs: it gives way and keeps what it has. */
export function PauseButton({ job }: { job: Job }) {
  if (!canPause(job)) return null
  return (
    <AskButton
      label={texts.job.pauseOf(job.title)}
      asked={texts.job.pausing}
      ask={() => engine.jobs.pause({ job: job.job })}
    >
      {texts.job.pause}
    </AskButton>
  )
}

/** For a training or search that was paused or interrupted: it goes on from its last checkpoint. */
export function ResumeButton({ job }: { job: Pick<Job, 'kind' | 'status' | 'title'> & { job: string | null } }) {
  const { job: id, title } = job
  if (id === null || !canResume(job)) return null
  return (
    <AskButton label={texts.job.resumeOf(title)} asked={texts.job.resuming} ask={() => engine.jobs.resume({ job: id })}>
      {texts.job.resume}
    </AskButton>
  )
}

/** The same for a run; those that a script of somebody's made cannot go on. */
export function ResumeRunButton({ run }: { run: Run }) {
  const kind = run.algorithm === 'script' ? 'script' : 'train'
  return <ResumeButton key={run.status} job={{ job: run.job, status: run.status, title: run.name, kind }} />
}

/** What has worked for longer is not thrown away by one click. */
const askAfterMs = 30_000

/** Of what was paused or interrupted it throws away what there is. After half a minute of work it asks first, since nothing brings that back. */
export function CancelButton({ job }: { job: Job }) {
  const [asking, setAsking] = useState<'no' | 'now' | 'kept'>('no')
  if (!isOpen(job)) return null
  const cancel = () => engine.jobs.cancel({ job: job.job })
  if (asking === 'now') return <SureToCancel title={job.title} cancel={cancel} keep={() => setAsking('kept')} />
  return (
    <AskButton
      label={texts.job.cancelOf(job.title)}
      asked={texts.job.cancelling}
      ask={cancel}
      hasFocus={asking === 'kept'}
      instead={() => {
        const isLong = job.startedAt !== null && Date.now() - job.startedAt > askAfterMs
        if (isLong) setAsking('now')
        return isLong
      }}
    >
      {texts.job.cancel}
    </AskButton>
  )
}

function SureToCancel({ title, cancel, keep }: { title: string; cancel(): Promise<unknown>; keep(): void }) {
  const safe = useRef<HTMLButtonElement>(null)
  useEffect(() => safe.current?.focus(), [])
  return (
    <fieldset
      className="job-buttons sure"
      aria-label={texts.job.sureOf(title)}
      onKeyDown={event => event.key === 'Escape' && keep()}
    >
      <span>{texts.job.lost}</span>
      <button type="button" className="link" ref={safe} aria-label={texts.job.goOnOf(title)} onClick={keep}>
        {texts.job.goOn}
      </button>
      <AskButton label={texts.job.loseOf(title)} asked={texts.job.cancelling} ask={cancel}>
        {texts.job.lose}
      </AskButton>
    </fieldset>
  )
}

/** All that can be asked of a job as it is now. */
export function JobButtons({ job }: { job: Job }) {
  return (
    <span className="job-buttons" key={job.status}>
      <ResumeButton job={job} />
      <PauseButton job={job} />
      <FinishButton job={job} />
      <CancelButton job={job} />
    </span>
  )
}

/** Leads to what the job works on. */
export function JobTitle({ job }: { job: Job }) {
  const { room, path } = usePlace()
  const deployed = useEngine(({ deployments }) => deployments)
  const here = pathTo(room, ...path)
  const to = jobAddress(job, here, deployed?.map(({ deployment }) => deployment) ?? [])
  // On its own page, with nothing else to lead to.
  if (to === here) return <span className="title">{job.title}</span>
  return (
    <Link className="title" to={to} title={job.title}>
      {job.title}
    </Link>
  )
}

/** One job that is not over: title, progress, time left, and what can be asked of it. Nothing once it has ended. */
export function JobLine({ job }: { job: Job | null }) {
  if (!job || !isOpen(job)) return null
  return (
    <div className="job-line" role="status">
      <JobTitle job={job} />
      <JobProgress job={job} />
      <JobButtons job={job} />
    </div>
  )
}
