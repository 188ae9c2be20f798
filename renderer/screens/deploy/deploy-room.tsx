import './deploy.css'
import { useEffect } from 'react'
import { formatMoment } from '../../../shared/lib/format.ts'
import { readyReplicas } from '../../../shared/lib/ready-replicas.ts'
import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo, usePlace } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
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
        <Panel title={texts.deployments} count={deployments?.length ?? null}>
          <List
            label={texts.deployments}
            items={deployments}
            keyOf={item => item.deployment}
            empty={texts.noDeployments}
            columns={[
              {
                title: texts.deployment,
                cell: item => <Link to={pathTo('deploy', item.deployment)}>{item.deployment}</Link>,
                text: item => item.deployment,
              },
              { title: texts.target, cell: item => item.target },
              {
                title: texts.model,
                cell: item => (
                  <Link to={pathTo('models', item.model, item.version)}>{`${item.model}:${item.version}`}</Link>
                ),
                text: item => item.bundleDigest,
              },
              {
                title: texts.state,
                cell: item => <Status state={item.status} />,
                text: item => item.error?.message ?? item.status,
              },
              { title: texts.replicas, isNumber: true, cell: item => readyReplicas(item) },
              { title: texts.address, cell: item => item.url ?? '', text: item => item.url ?? '' },
              { title: texts.since, cell: item => formatMoment(item.createdAt) },
            ]}
          />
        </Panel>
      </div>
    </>
  )
}
