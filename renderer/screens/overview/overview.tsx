import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
import { EndpointDrift } from './endpoint-drift.tsx'
import { Jobs } from './jobs.tsx'
import { Datasets, Deployments, Endpoints, Models, Runs } from './lists.tsx'
import { RunCurves } from './run-curves.tsx'
import { texts } from './texts.ts'

/** Everything the workspace holds on one page, with the curve of one run and the drift of one endpoint. */
export function Overview() {
  const { room, path } = usePlace()
  const run = room === 'runs' ? (path[0] ?? null) : null
  const endpoint = room === 'endpoints' ? (path[0] ?? null) : null
  return (
    <>
      <RoomHeader title={texts.title} question={texts.question} />
      <div className="grid">
        {run !== null && <RunCurves key={run} run={run} />}
        {endpoint !== null && <EndpointDrift key={endpoint} endpoint={endpoint} />}
        <Jobs />
        <Runs chosen={run} />
        <Datasets />
        <Models />
        <Deployments />
        <Endpoints chosen={endpoint} />
      </div>
    </>
  )
}
