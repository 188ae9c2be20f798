import { Progress } from '@mantine/core'
import { useState } from 'react'
import { formatSeconds } from '../../../shared/lib/format.ts'
import type { Job } from '../../../shared/model/job.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

const isUnfinished = (job: Job) => job.status === 'running' || job.status === 'queued'

function JobProgress({ job }: { job: Job }) {
  if (!isUnfinished(job)) return <span title={job.error?.message}>{job.error?.message ?? ''}</span>
  const left = job.secondsLeft === null ? '' : ` · ${formatSeconds(job.secondsLeft)} ${texts.left}`
  return (
    <span>
      <Progress
        value={(job.fraction ?? 1) * 100}
        animated={job.status === 'running' && job.fraction === null}
        size="sm"
        aria-label={`${job.title}: ${job.phase}`}
      />
      <span className="soft">
        {job.phase}
        {left}
      </span>
    </span>
  )
}

function CancelButton({ job }: { job: Job }) {
  const [isAsked, setIsAsked] = useState(false)
  if (!isUnfinished(job)) return null
  return (
    <button
      type="button"
      className="link"
      disabled={isAsked}
      aria-label={`${texts.cancel} ${job.title}`}
      onClick={() => {
        setIsAsked(true)
        engine.jobs.cancel({ job: job.job }).catch(() => setIsAsked(false))
      }}
    >
      {isAsked ? texts.cancelling : texts.cancel}
    </button>
  )
}

export function Jobs() {
  const jobs = useEngine(state => state.jobs)
  const isLoaded = useEngine(state => state.info !== null)
  return (
    <Panel title={texts.jobs} count={isLoaded ? jobs.length : null}>
      <List
        label={texts.jobs}
        items={isLoaded ? jobs : null}
        keyOf={job => job.job}
        empty={texts.noJobs}
        columns={[
          { title: 'Job', cell: job => job.title, text: job => job.title },
          { title: 'State', cell: job => <Status state={job.status} /> },
          { title: 'Progress', cell: job => <JobProgress job={job} />, text: job => job.error?.message ?? job.phase },
          { title: 'Action', cell: job => <CancelButton job={job} /> },
        ]}
      />
    </Panel>
  )
}
