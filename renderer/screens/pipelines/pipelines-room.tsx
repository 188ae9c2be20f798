import './pipelines.css'
import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
import { JobView } from './job-view.tsx'
import { JobsTable } from './jobs-table.tsx'
import { texts } from './texts.ts'

/** `/pipelines`: the jobs. `/pipelines/JOB`: one job with its log. */
export function PipelinesRoom() {
  const [job] = usePlace().path
  return (
    <div className="pipelines-room">
      {job === undefined ? (
        <>
          <RoomHeader title={texts.title} question={texts.question} />
          <JobsTable />
        </>
      ) : (
        <JobView key={job} id={job} />
      )}
    </div>
  )
}
