import { formatAgo } from '../../../shared/lib/format.ts'
import { useEngine } from '../../client/store.ts'
import { useMinute } from '../../client/use-minute.ts'
import { isOpen, JobLine } from '../../components/job-line.tsx'
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
  const [open, over] = [jobs.filter(isOpen), jobs.filter(job => !isOpen(job))]
  const { columns } = texts
  return (
    <Panel title={texts.jobs} aside={<Link to={pathTo('pipelines')}>{texts.allJobs}</Link>}>
      {open.map(job => (
        <JobLine key={job.job} job={job} />
      ))}
      <List
        label={texts.jobs}
        items={isLoaded ? over.slice(0, shown) : null}
        keyOf={job => job.job}
        empty={open.length ? texts.noneOver : texts.noJobs}
        columns={[
          {
            title: columns.job,
            cell: job => <Link to={pathTo('pipelines', job.job)}>{job.title}</Link>,
            text: job => job.title,
          },
          { title: columns.state, cell: job => <Status state={job.status} />, text: job => job.error?.message ?? '' },
          { title: columns.when, cell: job => formatAgo(Date.now() - (job.endedAt ?? job.createdAt)) },
        ]}
      />
    </Panel>
  )
}
