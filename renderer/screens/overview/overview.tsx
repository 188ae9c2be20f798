import './overview.css'
import { useWatched } from '../../client/use-watched.ts'
import { RoomHeader } from '../../components/room-header.tsx'
import { AttentionPanel } from './attention-panel.tsx'
import { Jobs } from './jobs.tsx'
import { Datasets, Deployments, Endpoints, Models, Results, Runs } from './lists.tsx'
import { StartPanel } from './start-panel.tsx'
import { texts } from './texts.ts'

/** What went wrong, what was reached, what is going on, and everything the workspace holds, on one page. */
export function Overview() {
  const lately = useWatched()
  return (
    <div className="overview">
      <RoomHeader title={texts.title} question={texts.question} />
      <div className="columns first">
        <StartPanel />
        <AttentionPanel {...lately} />
      </div>
      <div className="columns">
        <div>
          <Results />
          <Runs />
          <Models />
          <Datasets />
        </div>
        <div>
          <Jobs />
          <Endpoints watched={lately.watched} />
          <Deployments />
        </div>
      </div>
    </div>
  )
}
