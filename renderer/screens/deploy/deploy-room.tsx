import './deploy.css'
import { useEffect } from 'react'
import { useEngine } from '../../client/store.ts'
import { List } from '../../components/list.tsx'
import { deploymentColumns } from '../../components/object-columns.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { usePlace } from '../../components/router.ts'
import { DeployForm } from './deploy-form.tsx'
import { DeploymentView } from './deployment-view.tsx'
import { texts } from './texts.ts'

const lookEveryMs = 5000

/**
 * `/deploy`: a new deployment and all there are; with `?model=` of that version. `/deploy/NAME`: one of them;
 * `/deploy/NAME/NUMBER`: the way back to what it was then.
 */
export function DeployRoom() {
  const { path, search } = usePlace()
  const [name] = path
  const deployments = useEngine(state => state.deployments)
  useEffect(() => {
    // Nobody tells the engine of a container that ends.
    const timer = setInterval(() => {
      const { isConnected, refresh } = useEngine.getState()
      if (isConnected && !document.hidden) void refresh('deployments')
    }, lookEveryMs)
    return () => clearInterval(timer)
  }, [])
  if (name !== undefined) return <DeploymentView key={name} name={name} />
  return (
    <>
      <RoomHeader title={texts.title} question={texts.question} />
      <div className="stack">
        <DeployForm key={search.get('model')} model={search.get('model')} />
        <div className="all-deployments">
          <Panel title={texts.deployments} count={deployments?.length ?? null}>
            <List
              label={texts.deployments}
              items={deployments}
              keyOf={item => item.deployment}
              empty={texts.noDeployments}
              columns={Object.values(deploymentColumns)}
            />
          </Panel>
        </div>
      </div>
    </>
  )
}
