import { formatMoment } from '../../../shared/lib/format.ts'
import type { Deployment, DeploymentVersion } from '../../../shared/model/deployment.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { useJob } from '../../client/use-job.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { Outcome } from './outcome.tsx'
import { PlanView } from './plan-view.tsx'
import { texts } from './texts.ts'
import { whatChanged } from './what-changed.ts'

interface Props {
  deployment: Deployment
  /** Of the version that is looked at, as the address says it. */
  chosen: string | undefined
  /** Changes whenever a deploy of it begins or ends. */
  stamp: string
}

/** What was applied as this deployment, and the way back to each of it. */
export function VersionsPanel({ deployment, chosen, stamp }: Props) {
  const name = deployment.deployment
  const { value, error } = useAsked(`${name} ${stamp}`, () => engine.deployments.versions({ deployment: name }))
  const versions = value?.versions ?? null
  const { start, result, error: failure, isRunning } = useJob<'deploy'>()
  const shown = versions?.find(({ number }) => String(number) === chosen)
  const goBack = (to: number) => {
    go(pathTo('deploy', name), { replace: true })
    void start(() => engine.deployments.rollback({ deployment: name, to }))
  }
  return (
    <Panel title={texts.versions} count={versions?.length ?? null}>
      {!error && (
        <List
          label={texts.versions}
          items={versions}
          keyOf={({ number }) => String(number)}
          isChosen={version => version === shown}
          empty={texts.noVersions}
          columns={[
            {
              title: texts.number,
              isNumber: true,
              cell: ({ number }) => <Link to={pathTo('deploy', name, number)}>{number}</Link>,
            },
            {
              title: texts.model,
              cell: ({ model, version }) => <Link to={pathTo('models', model, version)}>{`${model}:${version}`}</Link>,
              text: ({ bundleDigest }) => bundleDigest,
            },
            { title: texts.state, cell: ({ status }) => <Status state={texts.versionStates[status]} /> },
            {
              title: texts.how,
              cell: ({ restores }) => (restores === null ? texts.byDeploy : texts.byRollback(restores)),
            },
            {
              title: texts.whatChanged,
              cell: version => whatChanged(version, versions ?? []),
              text: version => whatChanged(version, versions ?? []),
            },
            { title: texts.when, cell: ({ appliedAt }) => formatMoment(appliedAt) },
            {
              title: texts.wayBack,
              cell: ({ number, status }) =>
                status === 'superseded' && <Link to={pathTo('deploy', name, number)}>{texts.goBackTo(number)}</Link>,
            },
          ]}
        />
      )}
      <ErrorNotice error={error ?? failure} />
      {result && !isRunning && chosen === undefined && <Outcome deployment={result} live={deployment} />}
      {versions && chosen !== undefined && !shown && <p className="body notice">{texts.noSuchNumber(chosen)}</p>}
      {shown && deployment.status === 'deploying' && <p className="body soft">{texts.isBusy}</p>}
      {shown && deployment.status !== 'deploying' && (
        <Chosen
          key={`${shown.number} ${stamp}`}
          version={shown}
          goBack={goBack}
          close={() => go(pathTo('deploy', name))}
        />
      )}
    </Panel>
  )
}

function Chosen(props: { version: DeploymentVersion; goBack(to: number): void; close(): void }) {
  const { number, status, error } = props.version
  if (status === 'failed') {
    return (
      <div className="body">
        <strong>{texts.neverServed(number)}</strong>
        <ErrorNotice error={error} />
      </div>
    )
  }
  if (status === 'applied') return <p className="body">{texts.isLive(number)}</p>
  return <WayBack {...props} />
}

function WayBack({ version, goBack, close }: Parameters<typeof Chosen>[0]) {
  const { deployment, number } = version
  const { value, error } = useAsked(`${deployment} ${number}`, () =>
    engine.deployments.planRollback({ deployment, to: number }),
  )
  if (error) return <ErrorNotice error={error} />
  if (!value) return <p className="body soft">{texts.asking}</p>
  return <PlanView plan={value} action={texts.goBackTo(number)} apply={() => goBack(number)} close={close} />
}
