import './monitor.css'
import { useEngine } from '../../client/store.ts'
import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
import { EndpointPage } from './endpoint-page.tsx'
import { texts } from './texts.ts'
import { Wall } from './wall.tsx'
import { WatchForm } from './watch-form.tsx'

/** `/monitor`: what is watched, worst first. `/monitor/NAME?span=…&window=…&column=…`: one endpoint over time. */
export function MonitorRoom() {
  const [name] = usePlace().path
  const endpoint = useEngine(state => state.endpoints?.find(each => each.endpoint === name))
  const isKnown = useEngine(state => state.endpoints !== null)
  return (
    <div className="monitor-room">
      {name === undefined ? (
        <>
          <RoomHeader title={texts.title} question={texts.question} />
          <WatchForm />
          <Wall />
        </>
      ) : endpoint ? (
        <EndpointPage key={name} endpoint={endpoint} />
      ) : (
        <>
          <RoomHeader title={name} question={texts.question} />
          <p className="empty">{isKnown ? texts.missing : texts.asking}</p>
        </>
      )}
    </div>
  )
}
