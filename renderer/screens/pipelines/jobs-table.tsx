import { NativeSelect, TextInput } from '@mantine/core'
import { memo, useEffect } from 'react'
import { jobKinds } from '../../../shared/contract/jobs.ts'
import { formatSeconds } from '../../../shared/lib/format.ts'
import { type Job, jobStatuses } from '../../../shared/model/job.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobButtons, JobProgress } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, pathTo, usePlace } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { useVirtualRows } from '../../components/use-virtual-rows.ts'
import type { JobFilter, JobPages } from './job-pages.ts'
import { texts } from './texts.ts'
import { useJobPages } from './use-job-pages.ts'

/** In pixels; the style of the table holds rows to it. */
const rowHeight = 27

/** What the address says of the list: `?kind=train&state=failed&subject=dataset:cells`. */
function filterOf(search: URLSearchParams): JobFilter {
  const said = search.get('subject')
  return {
    kind: jobKinds.find(each => each === search.get('kind')),
    state: jobStatuses.find(each => each === search.get('state')),
    subject: said && /^[^:]+:./su.test(said) ? said : undefined,
  }
}

/** All jobs, filtered by the engine; only the rows in sight are in the page. */
export function JobsTable() {
  const { search } = usePlace()
  const filter = filterOf(search)
  const isFiltered = Object.values(filter).some(each => each !== undefined)
  const { shown, error, more } = useJobPages(filter)
  const put = (name: keyof JobFilter, value: string) => {
    const next = new URLSearchParams(search)
    if (value === '') next.delete(name)
    else next.set(name, value)
    go(`${pathTo('pipelines')}${next.size ? `?${next}` : ''}`, { replace: true })
  }
  return (
    <Panel title={texts.jobs} count={shown?.total ?? null}>
      <div className="body form">
        <Choice label={texts.state} all={jobStatuses} value={filter.state} choose={value => put('state', value)} />
        <Choice label={texts.kind} all={jobKinds} value={filter.kind} choose={value => put('kind', value)} />
        <TextInput
          key={filter.subject ?? ''}
          size="xs"
          label={texts.subject}
          placeholder={texts.subjectExample}
          defaultValue={filter.subject ?? ''}
          onKeyDown={event => event.key === 'Enter' && put('subject', event.currentTarget.value.trim())}
          onBlur={event => put('subject', event.currentTarget.value.trim())}
        />
      </div>
      <ErrorNotice error={error} />
      {shown === null && !error && <p className="empty">{texts.asking}</p>}
      {shown?.jobs.length === 0 && (
        <Empty action={isFiltered ? undefined : <Link to={pathTo('data')}>{texts.toData}</Link>}>
          {isFiltered ? texts.noneMatches : texts.noJobs}
        </Empty>
      )}
      {shown && shown.jobs.length > 0 && <Rows pages={shown} more={more} />}
    </Panel>
  )
}

function Choice(props: {
  label: string
  all: readonly string[]
  value: string | undefined
  choose(value: string): void
}) {
  return (
    <NativeSelect
      size="xs"
      label={props.label}
      data={[{ value: '', label: texts.any }, ...props.all]}
      value={props.value ?? ''}
      onChange={event => props.choose(event.currentTarget.value)}
    />
  )
}

function Rows({ pages: { jobs, next, total }, more }: { pages: JobPages; more(): void }) {
  const { box, first, end, above, below } = useVirtualRows(jobs.length, rowHeight)
  const isNearEnd = next !== null && end > jobs.length - 40
  useEffect(() => {
    if (isNearEnd) more()
  }, [isNearEnd, more])
  return (
    <section className="scroll jobs" aria-label={texts.jobsTable} tabIndex={0} ref={box}>
      <table aria-rowcount={total + 1}>
        <thead>
          <tr>
            {texts.columns.map(([name, title]) => (
              <th key={name} scope="col" className={name}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr style={{ height: above }} />}
          {jobs.slice(first, end).map((job, i) => (
            <Row key={job.job} job={job} index={first + i} />
          ))}
          {below > 0 && <tr style={{ height: below }} />}
        </tbody>
      </table>
      {next !== null && <p className="empty">{texts.askingOlder}</p>}
    </section>
  )
}

const duration = ({ startedAt, endedAt }: Job) =>
  startedAt === null || endedAt === null ? '' : formatSeconds((endedAt - startedAt) / 1000)

/** Drawn again only when it shows something else. */
const Row = memo(function Row({ job, index }: { job: Job; index: number }) {
  const subject = job.subject ? `${job.subject.kind}:${job.subject.id}` : ''
  return (
    <tr aria-rowindex={index + 2}>
      <td title={job.title}>
        <Link to={pathTo('pipelines', job.job)}>{job.title}</Link>
      </td>
      <td>{job.kind}</td>
      <td>
        <Status state={job.status} />
      </td>
      <td title={subject}>{subject}</td>
      <td title={job.error?.message ?? job.phase}>
        <JobProgress job={job} />
      </td>
      <td className="number">{duration(job)}</td>
      <td>
        <JobButtons job={job} />
      </td>
    </tr>
  )
})
