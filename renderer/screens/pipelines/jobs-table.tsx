import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { formatSeconds } from '../../../shared/lib/format.ts'
import type { Job } from '../../../shared/model/job.ts'
import { useEngine } from '../../client/store.ts'
import { CancelButton, JobProgress } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

const duration = ({ startedAt, endedAt }: Job) =>
  startedAt === null || endedAt === null ? '' : formatSeconds((endedAt - startedAt) / 1000)

export function JobsTable() {
  const jobs = useEngine(state => state.jobs)
  const isLoaded = useEngine(state => state.info !== null)
  const [state, setState] = useState(texts.any)
  const [kind, setKind] = useState(texts.any)
  const choices = (of: (job: Job) => string) => [texts.any, ...new Set(jobs.map(of))]
  const shown = jobs.filter(
    job => (state === texts.any || job.status === state) && (kind === texts.any || job.kind === kind),
  )
  return (
    <Panel title={texts.jobs} count={isLoaded ? shown.length : null}>
      <div className="body form">
        <NativeSelect
          size="xs"
          label={texts.state}
          data={choices(job => job.status)}
          value={state}
          onChange={event => setState(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label={texts.kind}
          data={choices(job => job.kind)}
          value={kind}
          onChange={event => setKind(event.currentTarget.value)}
        />
      </div>
      <List
        label={texts.jobs}
        items={isLoaded ? shown : null}
        keyOf={job => job.job}
        empty={texts.noJobs}
        columns={[
          {
            title: 'Job',
            cell: job => <Link to={pathTo('pipelines', job.job)}>{job.title}</Link>,
            text: job => job.title,
          },
          { title: 'Kind', cell: job => job.kind },
          { title: 'State', cell: job => <Status state={job.status} /> },
          { title: 'Subject', cell: job => job.subject?.id ?? '', text: job => job.subject?.id ?? '' },
          { title: 'Progress', cell: job => <JobProgress job={job} />, text: job => job.error?.message ?? job.phase },
          { title: 'Took', isNumber: true, cell: duration },
          { title: 'Action', cell: job => <CancelButton job={job} /> },
        ]}
      />
    </Panel>
  )
}
