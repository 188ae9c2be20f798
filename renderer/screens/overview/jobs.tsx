import { useEngine } from '../../client/store.ts'
import { JobButtons, JobProgress } from '../../components/job-line.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

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
          { title: 'Action', cell: job => <JobButtons job={job} /> },
        ]}
      />
    </Panel>
  )
}
