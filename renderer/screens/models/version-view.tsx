import type { ModelVersion } from '../../../shared/model/model.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { deployAddress } from '../../components/deploy-address.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { modelColumns } from '../../components/object-columns.tsx'
import { OpenInPython } from '../../components/open-in-python.tsx'
import { Panel } from '../../components/panel.tsx'
import { RoomHeader } from '../../components/room-header.tsx'
import { pathTo } from '../../components/router.ts'
import { scoreOf } from '../../components/scores.ts'
import { AliasPanel } from './alias-panel.tsx'
import { BundleFiles } from './bundle-files.tsx'
import { EvaluatePanel } from './evaluate-panel.tsx'
import { LineagePanel } from './lineage-panel.tsx'
import { LivePanel } from './live-panel.tsx'
import { MetricsTable } from './metrics-table.tsx'
import { PackagePanel } from './package-panel.tsx'
import { PushPanel } from './push-panel.tsx'
import { RetrainPanel } from './retrain-panel.tsx'
import { texts } from './texts.ts'
import { WhatIfPanel } from './what-if-panel.tsx'

/** Everything about one version, and what can be done with it. */
export function VersionView({ reference }: { reference: string }) {
  const isThere = useEngine(({ models }) => models?.some(model => isNamed(model, reference)))
  if (isThere) return <KnownVersion reference={reference} />
  return (
    <>
      <RoomHeader title={reference}>
        <Link to={pathTo('models')}>{texts.allModels}</Link>
      </RoomHeader>
      <p className="empty">{isThere === undefined ? texts.asking : texts.notThere}</p>
    </>
  )
}

function isNamed({ model, version, aliases }: ModelVersion, reference: string): boolean {
  return [model, `${model}:${version}`, ...aliases.map(alias => `${model}@${alias}`)].includes(reference)
}

function KnownVersion({ reference }: { reference: string }) {
  // Asked again whenever any alias or version changed.
  const stamp = useEngine(({ models }) => models?.map(({ version, aliases }) => `${version} ${aliases}`).join() ?? '')
  const {
    value: version,
    error,
    again,
  } = useAsked(`${reference} ${stamp}`, () => engine.models.get({ model: reference }))
  const run = version?.run ?? null
  const made = useAsked(`run ${run}`, async () => (run === null ? null : engine.runs.get({ run })), `${run}`).value
  if (!version) {
    return (
      <>
        <RoomHeader title={reference}>
          <Link to={pathTo('models')}>{texts.allModels}</Link>
        </RoomHeader>
        <ErrorNotice error={error} />
        {!error && <p className="empty">{texts.asking}</p>}
      </>
    )
  }
  const name = `${version.model}:${version.version}`
  return (
    <>
      <RoomHeader
        title={<VersionName version={version} />}
        question={[scoreOf(version.task, version.metrics), ...version.aliases].filter(Boolean).join(' · ')}
      >
        <Link to={pathTo('models')}>{texts.allModels}</Link>
        <Link to={deployAddress(name)}>{texts.deploy}</Link>
        <OpenInPython kind="model" subject={name} />
      </RoomHeader>
      {/* An address without a number shows the newest version: what was typed for another is not sent for this one. */}
      <div key={name} className="grid">
        <LineagePanel version={version} run={made} />
        <WhatIfPanel version={version} />
        <div className="stack">
          <Panel title={texts.facts}>
            <dl className="facts">
              <dt>{texts.bundle}</dt>
              <dd>
                <code title={version.bundleDigest}>{version.bundleDigest}</code>
                <CopyButton value={version.bundleDigest} label={texts.copyDigest} />
              </dd>
              <dt>{texts.save}</dt>
              <dd>
                <BundleFiles bundle={version.bundleDigest} />
              </dd>
            </dl>
            {Object.keys(version.metrics).length > 0 && <h3>{texts.onTestRows}</h3>}
            <MetricsTable label={texts.onTestRows} metrics={version.metrics} intervals={made?.intervals} />
          </Panel>
          <Versions name={version.model} shown={version.version} />
          <PackagePanel model={name} />
          <PushPanel model={name} />
        </div>
        <div className="stack">
          <LivePanel version={version} />
          <AliasPanel version={version} changed={again} />
          <EvaluatePanel version={version} run={made} />
          <RetrainPanel version={version} />
        </div>
      </div>
    </>
  )
}

function Versions({ name, shown }: { name: string; shown: number }) {
  const models = useEngine(state => state.models)
  const versions = models?.filter(({ model }) => model === name) ?? null
  return (
    <Panel title={texts.otherVersions} count={versions?.length ?? null}>
      <List
        label={texts.list}
        items={versions}
        keyOf={({ version }) => String(version)}
        isChosen={({ version }) => version === shown}
        empty={texts.noneMatches}
        columns={[
          {
            ...modelColumns.version,
            cell: ({ version }) => <Link to={pathTo('models', name, version)}>{version}</Link>,
          },
          modelColumns.aliases,
          modelColumns.score,
          modelColumns.created,
        ]}
      />
    </Panel>
  )
}

/** The name apart from the number: marks of writing direction in the one do not reach the other. */
function VersionName({ version: { model, version } }: { version: ModelVersion }) {
  return (
    <>
      <bdi>{model}</bdi>:{version}
    </>
  )
}
