import { formatBytes, formatCount } from '../../../shared/lib/format.ts'
import { readyReplicas } from '../../../shared/lib/ready-replicas.ts'
import { selectionMetric } from '../../../shared/model/metrics.ts'
import type { Run } from '../../../shared/model/run.ts'
import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

export function Datasets({ chosen }: { chosen: string | null }) {
  const datasets = useEngine(state => state.datasets)
  return (
    <Panel title={texts.datasets} count={datasets?.length ?? null}>
      <List
        label={texts.datasets}
        items={datasets}
        keyOf={item => item.dataset}
        isChosen={item => item.dataset === chosen}
        empty={texts.noDatasets}
        columns={[
          {
            title: 'Dataset',
            cell: item => <Link to={pathTo('data', item.dataset)}>{item.dataset}</Link>,
            text: item => item.dataset,
          },
          { title: 'Version', isNumber: true, cell: item => item.latest.version },
          { title: 'Rows', isNumber: true, cell: item => formatCount(item.latest.rows) },
          { title: 'Columns', isNumber: true, cell: item => formatCount(item.latest.columns) },
          { title: 'Size', isNumber: true, cell: item => formatBytes(item.latest.sizeBytes) },
          { title: 'Warnings', isNumber: true, cell: item => item.latest.warnings },
        ]}
      />
    </Panel>
  )
}

/** The metric that runs of this task are chosen by, on the test rows. */
function score(run: Run): string {
  const key = run.task === 'multiclass' ? 'accuracy' : selectionMetric(run.task ?? 'binary')
  const value = run.metrics[key]
  if (value === undefined) return ''
  const interval = run.intervals[key]
  const spread = interval ? ` (${interval[0].toPrecision(3)}–${interval[1].toPrecision(3)})` : ''
  return `${key} ${value.toPrecision(4)}${spread}`
}

export function Runs() {
  const runs = useEngine(state => state.runs)
  return (
    <Panel title={texts.runs} count={runs?.length ?? null}>
      <List
        label={texts.runs}
        items={runs}
        keyOf={run => run.run}
        empty={texts.noRuns}
        columns={[
          { title: 'Run', cell: run => <Link to={pathTo('train', run.run)}>{run.name}</Link>, text: run => run.name },
          { title: 'Score with 95 % interval', isNumber: true, cell: score, text: score },
          { title: 'Algorithm', cell: run => run.algorithm },
          { title: 'State', cell: run => <Status state={run.status} />, text: run => run.error?.message ?? run.status },
          { title: 'Device', cell: run => run.device ?? '' },
        ]}
      />
    </Panel>
  )
}

export function Models() {
  const models = useEngine(state => state.models)
  return (
    <Panel title={texts.models} count={models?.length ?? null}>
      <List
        label={texts.models}
        items={models}
        keyOf={model => `${model.model}:${model.version}`}
        empty={texts.noModels}
        columns={[
          {
            title: 'Model',
            cell: model => <Link to={pathTo('models', model.model, model.version)}>{model.model}</Link>,
            text: model => model.model,
          },
          { title: 'Version', isNumber: true, cell: model => model.version },
          { title: 'Aliases', cell: model => model.aliases.join(', ') },
          {
            title: 'Run',
            cell: model => (model.run ? <Link to={pathTo('train', model.run)}>{model.run}</Link> : 'imported'),
          },
          {
            title: 'Bundle',
            cell: model => <code>{model.bundleDigest.slice(7, 19)}</code>,
            text: model => model.bundleDigest,
          },
        ]}
      />
    </Panel>
  )
}

export function Deployments({ chosen }: { chosen: string | null }) {
  const deployments = useEngine(state => state.deployments)
  return (
    <Panel title={texts.deployments} count={deployments?.length ?? null}>
      <List
        label={texts.deployments}
        items={deployments}
        keyOf={item => item.deployment}
        isChosen={item => item.deployment === chosen}
        empty={texts.noDeployments}
        columns={[
          {
            title: 'Deployment',
            cell: item => <Link to={pathTo('deploy', item.deployment)}>{item.deployment}</Link>,
            text: item => item.deployment,
          },
          { title: 'Target', cell: item => item.target },
          { title: 'Model', cell: item => `${item.model}:${item.version}`, text: item => item.bundleDigest },
          {
            title: 'State',
            cell: item => <Status state={item.status} />,
            text: item => item.error?.message ?? item.status,
          },
          { title: 'Replicas', isNumber: true, cell: item => readyReplicas(item) },
          { title: 'Address', cell: item => item.url ?? '', text: item => item.url ?? '' },
        ]}
      />
    </Panel>
  )
}

export function Endpoints() {
  const endpoints = useEngine(state => state.endpoints)
  return (
    <Panel title={texts.endpoints} count={endpoints?.length ?? null}>
      <List
        label={texts.endpoints}
        items={endpoints}
        keyOf={item => item.endpoint}
        empty={texts.noEndpoints}
        columns={[
          {
            title: 'Endpoint',
            cell: item => <Link to={pathTo('monitor', item.endpoint)}>{item.endpoint}</Link>,
            text: item => item.url,
          },
          { title: 'State', cell: item => <Status state={item.status} />, text: item => item.message ?? item.status },
          {
            title: 'Drift',
            cell: item => (item.drifted === null ? '' : <Status state={item.drifted.length ? 'drift' : 'no drift'} />),
            text: item => item.drifted?.join(', ') ?? '',
          },
          { title: 'Rows', isNumber: true, cell: item => formatCount(item.rows) },
          { title: 'Errors', isNumber: true, cell: item => formatCount(item.errors) },
          {
            title: 'p95',
            isNumber: true,
            cell: item => (item.latencyMs ? `${item.latencyMs.p95.toPrecision(3)} ms` : ''),
          },
        ]}
      />
    </Panel>
  )
}
