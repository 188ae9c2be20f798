import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Job } from '../../../shared/model/job.ts'
import type { Run } from '../../../shared/model/run.ts'
import { Link } from '../../components/link.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'
import { lackingColumns, type Wanted } from './wanted.ts'

/** The version's number at the end of a reference stays. */
function cut(name: string): string {
  return name.length > 48 ? `${name.slice(0, 36)}…${name.slice(-8)}` : name
}

/** Which run the form would train again, on what it learned then, and what the data of now lack of it. */
export function Repeats({ wanted, run, chosen }: { wanted: Wanted; run: Run; chosen: DatasetVersion | null }) {
  const before = `${run.dataset}:${run.datasetVersion}`
  const now = chosen && `${chosen.dataset}:${chosen.version}`
  const lacking = chosen ? lackingColumns(wanted, chosen) : []
  const endpoint = wanted.from?.endpoint
  return (
    <div className="repeats" role="note">
      <p>
        {texts.repeats}{' '}
        <Link to={pathTo('train', run.run)} title={run.name}>
          <bdi>{cut(run.name)}</bdi>
        </Link>{' '}
        {texts.again}
        {endpoint !== undefined && (
          <>
            {texts.becauseOf} <Link to={pathTo('monitor', endpoint)}>{cut(endpoint)}</Link>
          </>
        )}
        {now !== null && (now === before ? texts.sameRows(cut(before)) : texts.otherRows(cut(before), cut(now)))}
      </p>
      {lacking.length > 0 && <p className="notice">{texts.lacks(cut(now!), lacking)}</p>}
    </div>
  )
}

/** What was begun, each with what it comes from and leads to. */
export function Started({ jobs }: { jobs: Job[] }) {
  if (jobs.length === 0) return null
  return (
    <p role="status">
      {texts.started}{' '}
      {jobs.map(({ job, title }, i) => (
        <span key={job}>
          {i > 0 && ', '}
          <Link to={pathTo('pipelines', job)}>{title}</Link>
        </span>
      ))}
    </p>
  )
}
