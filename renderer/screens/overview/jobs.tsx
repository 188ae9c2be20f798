import { formatAgo } from '../../../shared/lib/format.ts'
import type { Job } from '../../../shared/model/job.ts'
import { useEngine } from '../../client/store.ts'
import { useMinute } from '../../client/use-minute.ts'
import { isUnfinished, JobButtons, JobProgress } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

const shown = 8

/** What runs and waits, then the newest of what is over. */
export function Jobs() {
  const jobs = useEngine(state => state.jobs)
  const isLoaded = useEngine(state => state.info !== null)
  useMinute()
  const first = [...jobs.filter(isUnfinished), ...jobs.filter(job => !isUnfinished(job))]
  const { columns } = texts
  return (
    <Panel title={texts.jobs} aside={<Link to={pathTo('pipelines')}>{texts.allJobs}</Link>}>
      <List
        label={texts.jobs}
        items={isLoaded ? first.slice(0, Math.max(shown, jobs.filter(isUnfinished).length)) : null}
        keyOf={job => job.job}
        empty={texts.noJobs}
        columns={[
          {
            title: columns.job,
            cell: job => <Link to={pathTo('pipelines', job.job)}>{job.title}</Link>,
            text: job => job.title,
          },
          { title: columns.state, cell: state, text: job => job.error?.message ?? job.phase },
          { title: columns.when, cell: job => when(job) },
          { title: columns.action, cell: job => <JobButtons job={job} /> },
        ]}
      />
    </Panel>
  )
}

function state(job: Job) {
  return job.status === 'running' || job.status === 'paused' ? <JobProgress job={job} /> : <Status state={job.status} />
}

const when = ({ createdAt, endedAt }: Job) => formatAgo(Date.now() - (endedAt ?? createdAt))
