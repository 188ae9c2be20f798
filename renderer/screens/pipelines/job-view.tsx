import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { formatClock } from '../../../shared/lib/format.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { retrainAddress } from '../../components/train-address.ts'
import { GraphPanel } from './graph-panel.tsx'
import { texts } from './texts.ts'
import { useGraph } from './use-graph.ts'
import { nearestRun } from './ways.ts'

/** One job with what it came from and led to, followed live: older ones than the page knows are asked for. */
export function JobView({ id }: { id: string }) {
  const live = useEngine(state => state.jobs.find(each => each.job === id))
  const last = useEngine(state => state.logged[id] ?? -1)
  const asked = useAsked(id, () => engine.jobs.get({ job: id }))
  const log = useAsked(`${id} ${last} ${live?.status}`, () => engine.jobs.log({ job: id }))
  const job = live ?? asked.value
  const way = useGraph(id)
  const run = way.graph && nearestRun(way.graph, id)
  return (
    <>
      <RoomHeader title={job?.title ?? id} question={job ? <Status state={job.status} /> : undefined}>
        {run && <Link to={retrainAddress(run)}>{texts.retrain}</Link>}
        <Link to={pathTo('pipelines')}>{texts.all}</Link>
      </RoomHeader>
      <ErrorNotice error={asked.error} />
      <JobLine job={job} />
      <ErrorNotice error={job?.error ? AppError.fromJSON(job.error as ErrorJson) : null} />
      {job && <GraphPanel asked={way.asked} graph={way.graph} job={id} />}
      <Panel title={texts.log} count={log.value?.lines.length ?? null} wide>
        <ErrorNotice error={log.error} />
        {log.value?.lines.length === 0 && <p className="empty">{texts.noLog}</p>}
        {log.value && log.value.lines.length > 0 && (
          <section className="log" aria-label={texts.logLines} tabIndex={0}>
            {log.value.lines.map(({ line, at, level, message }) => (
              <p key={line}>
                <time className="soft">{formatClock(at)}</time> {level !== 'info' && <strong>{level} </strong>}
                {message}
              </p>
            ))}
          </section>
        )}
      </Panel>
    </>
  )
}
