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
  // Addresses of objects stay as they are when their room is built.
  const named = (kind: string) => (room === kind ? (path[0] ?? null) : null)
  const [run, endpoint] = [named('train'), named('monitor')]
  return (
    <>
      <RoomHeader title={texts.title} question={texts.question} />
      <div className="grid">
        {run !== null && <RunCurves key={run} run={run} />}
        {endpoint !== null && <EndpointDrift key={endpoint} endpoint={endpoint} />}
        <Jobs />
        <Runs chosen={run} />
        <Datasets chosen={named('data')} />
        <Models />
        <Deployments chosen={named('deploy')} />
        <Endpoints chosen={endpoint} />
      </div>
    </>
  )
}
