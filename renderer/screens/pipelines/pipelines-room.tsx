import './pipelines.css'
import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
import { GraphPanel } from './graph-panel.tsx'
import { JobView } from './job-view.tsx'
import { JobsTable } from './jobs-table.tsx'
import { texts } from './texts.ts'
import { useGraph } from './use-graph.ts'

/** `/pipelines`: what led to what of late, and all jobs. `/pipelines/JOB`: one job with its way and its log. */
export function PipelinesRoom() {
  const [job] = usePlace().path
  return (
    <div className="pipelines-room">
      {job === undefined ? (
        <>
          <RoomHeader title={texts.title} question={texts.question} />
          <Newest />
          <JobsTable />
        </>
      ) : (
        <JobView key={job} id={job} />
      )}
    </div>
  )
}

/** Nothing of it while there is no job: the list below says what to do. */
function Newest() {
  const { asked, graph } = useGraph(null)
  return graph?.jobs === 0 ? null : <GraphPanel asked={asked} graph={graph} job={null} />
}
