import { formatMoment } from '../../../shared/lib/format.ts'
import type { Deployment } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { isUnfinished, JobLine } from '../../components/job-line.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { goFromHere, pathTo, usePlace } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { TypedConfirmation } from '../../components/typed-confirmation.tsx'
import { AskPanel } from './ask-panel.tsx'
import { DeployForm } from './deploy-form.tsx'
import { LogPanel } from './log-panel.tsx'
import { ReplicasPanel } from './replicas-panel.tsx'
import { texts } from './texts.ts'
import { VersionsPanel } from './versions-panel.tsx'

/** One deployment: its state, what was there before and the way back, how to ask it, and how to take it away. */
export function DeploymentView({ name }: { name: string }) {
  const { path, search } = usePlace()
  const deployments = useEngine(state => state.deployments)
  // Whoever began it: this page, another one, or the command line.
  const jobs = useEngine(state => state.jobs)
  const own = jobs.filter(({ subject }) => subject?.kind === 'deployment' && subject.id === name)
  const job = own.find(isUnfinished)
  const last = own.find(({ kind }) => kind === 'deploy')
  const deployment = deployments?.find(each => each.deployment === name)
  return (
    <>
      <RoomHeader title={name} question={deployment ? <Status state={deployment.status} /> : texts.question}>
        {deployment && (
          <Link
            className="served"
            to={pathTo('models', deployment.model, deployment.version)}
            title={`${deployment.model}:${deployment.version}`}
          >
            {`${deployment.model}:${deployment.version}`}
          </Link>
        )}
        <Link to={pathTo('deploy')}>{texts.all}</Link>
      </RoomHeader>
      {deployments && !deployment && <p className="empty">{texts.missing}</p>}
      {deployment && (
        <div className="stack">
          <ErrorNotice error={deployment.error} />
          {job && (
            <div className="under-way">
              <Panel title={texts.underWay}>
                <JobLine job={job} />
              </Panel>
            </div>
          )}
          <Facts deployment={deployment} />
          <ReplicasPanel replicas={deployment.replicas} />
          <VersionsPanel deployment={deployment} chosen={path[1]} stamp={`${last?.job} ${last?.status}`} />
          <DeployForm key={search.get('model')} model={search.get('model')} live={deployment} />
          {deployment.url && <AskPanel url={deployment.url} deployment={deployment} />}
          <LogPanel name={name} />
          <UndeployPanel deployment={deployment} />
        </div>
      )}
    </>
  )
}

function Facts({ deployment: { target, url, bundleDigest, imageDigest, createdAt } }: { deployment: Deployment }) {
  const facts: [string, string][] = [
    [texts.target, texts.targets[target]],
    [texts.address, url ?? texts.none],
    [texts.bundle, bundleDigest],
    ...(imageDigest ? [[texts.imageOf, imageDigest] as [string, string]] : []),
    [texts.since, formatMoment(createdAt)],
  ]
  return (
    <Panel title={texts.facts}>
      <table>
        <tbody>
          {facts.map(([fact, value]) => (
            <tr key={fact}>
              <th scope="row">{fact}</th>
              <td title={value}>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

function UndeployPanel({ deployment: { deployment, url, replicas } }: { deployment: Deployment }) {
  const { start, error, isRunning } = useJob<'undeploy'>()
  const undeploy = async () => {
    const goOn = goFromHere()
    const gone = await start(() => engine.deployments.undeploy({ deployment }))
    if (gone) goOn(pathTo('deploy'), { replace: true })
    return gone !== null
  }
  return (
    <Panel title={texts.undeploy}>
      <TypedConfirmation
        name={deployment}
        lost={texts.undeployLost(url, replicas?.wanted ?? 1)}
        action={texts.undeploy}
        isRunning={isRunning}
        act={undeploy}
      />
      <ErrorNotice error={error} />
    </Panel>
  )
}
