import './monitor.css'
import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo, usePlace } from '../../components/router.ts'
import { EndpointDrift } from './endpoint-drift.tsx'
import { EndpointList } from './endpoint-list.tsx'
import { texts } from './texts.ts'
import { UnwatchPanel } from './unwatch-panel.tsx'
import { WatchForm } from './watch-form.tsx'

/** `/monitor`: what is watched, worst first. `/monitor/NAME`: one endpoint against its training rows. */
export function MonitorRoom() {
  const [name] = usePlace().path
  return <div className="monitor-room">{name === undefined ? <Wall /> : <OneEndpoint key={name} name={name} />}</div>
}

function Wall() {
  return (
    <>
      <RoomHeader title={texts.title} question={texts.question} />
      <WatchForm />
      <EndpointList />
    </>
  )
}

function OneEndpoint({ name }: { name: string }) {
  const endpoints = useEngine(state => state.endpoints)
  const endpoint = endpoints?.find(each => each.endpoint === name)
  return (
    <>
      <RoomHeader title={name} question={texts.question}>
        {endpoint?.model && endpoint.version !== null && (
          <Link to={pathTo('models', endpoint.model, endpoint.version)}>{texts.retrain}</Link>
        )}
        <Link to={pathTo('monitor')}>{texts.all}</Link>
      </RoomHeader>
      {endpoints && !endpoint && <p className="empty">{texts.missing}</p>}
      {endpoint && (
        <>
          <EndpointDrift endpoint={name} />
          <UnwatchPanel endpoint={name} />
        </>
      )}
    </>
  )
}
