import { usePlace } from '../../components/router.ts'
import { EndpointDrift } from './endpoint-drift.tsx'
import { Jobs } from './jobs.tsx'
import { Datasets, Deployments, Endpoints, Models, Runs } from './lists.tsx'
import { RunCurves } from './run-curves.tsx'

/** Everything the workspace holds on one page, with the curve of one run and the drift of one endpoint. */
export function Overview() {
  const place = usePlace()
  return (
    <div className="grid">
      {place.run !== null && <RunCurves key={place.run} run={place.run} />}
      {place.endpoint !== null && <EndpointDrift key={place.endpoint} endpoint={place.endpoint} />}
      <Jobs />
      <Runs chosen={place.run} />
      <Datasets />
      <Models />
      <Deployments />
      <Endpoints chosen={place.endpoint} />
    </div>
  )
}
