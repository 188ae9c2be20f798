import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { JobLine } from '../../components/job-line.tsx'
import { JobLog } from '../../components/job-log.tsx'
import { Link } from '../../components/link.tsx'
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
  const asked = useAsked(id, () => engine.jobs.get({ job: id }))
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
      {(job || !asked.error) && <JobLog job={id} />}
    </>
  )
}
