import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
import { Jobs } from './jobs.tsx'
import { Datasets, Deployments, Endpoints, Models, Runs } from './lists.tsx'
import { StartPanel } from './start-panel.tsx'
import { texts } from './texts.ts'

/** Everything the workspace holds on one page. */
export function Overview() {
  const { room, path } = usePlace()
  // Addresses of objects stay as they are when their room is built.
  const named = (kind: string) => (room === kind ? (path[0] ?? null) : null)
  return (
    <>
      <RoomHeader title={texts.title} question={texts.question} />
      <div className="grid">
        <StartPanel />
        <Jobs />
        <Runs />
        <Datasets chosen={named('data')} />
        <Models />
        <Deployments chosen={named('deploy')} />
        <Endpoints />
      </div>
    </>
  )
}
