import { formatAgo, formatCount } from '../../../shared/lib/format.ts'
import { selectionMetric } from '../../../shared/model/metrics.ts'
import { isWithoutTarget, type Run } from '../../../shared/model/run.ts'
import { useEngine } from '../../client/store.ts'
import type { useWatched } from '../../client/use-watched.ts'
import { Empty } from '../../components/empty.tsx'
import { HealthStatus } from '../../components/health-status.tsx'
import { Link } from '../../components/link.tsx'
import { List } from '../../components/list.tsx'
import { datasetColumns, deploymentColumns, modelColumns, runColumns } from '../../components/object-columns.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { formatMetric, mainScore } from '../../components/scores.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { type Result, resultsOf } from './results.ts'
import { texts } from './texts.ts'

const { columns } = texts
const shownRuns = 8

/** Of each target the best model so far; nothing while there is none. */
export function Results() {
  const runs = useEngine(state => state.runs)
  const models = useEngine(state => state.models)
  const results = runs && models && resultsOf(runs, models)
  if (!results?.length) return null
  return (
    <Panel title={texts.results} count={results.length}>
      <List
        label={texts.results}
        items={results}
        keyOf={result => result.key}
        empty={texts.noRuns}
        columns={[
          {
            title: columns.data,
            cell: ({ best }) => <Link to={pathTo('data', best.dataset)}>{best.dataset}</Link>,
            text: ({ best }) => best.dataset,
          },
          { title: columns.learned, cell: ({ best }) => learned(best), text: ({ best }) => learned(best) },
          {
            title: columns.best,
            cell: ({ best }) => <Link to={pathTo('train', best.run)}>{best.algorithm}</Link>,
            text: ({ best }) => best.name,
          },
          {
            title: runColumns.score.title,
            isNumber: true,
            cell: ({ best }) => mainScore(best),
            text: ({ best }) => mainScore(best),
          },
          { title: columns.baseline, isNumber: true, cell: baselineScore },
          {
            title: columns.model,
            cell: ({ model }) =>
              model && (
                <Link to={pathTo('models', model.model, model.version)}>{`${model.model}:${model.version}`}</Link>
              ),
          },
          { title: columns.runs, isNumber: true, cell: result => formatCount(result.runs) },
        ]}
      />
    </Panel>
  )
}

function learned({ task, target, forecast }: Run): string {
  if (isWithoutTarget(task)) return texts.withoutTarget[task]
  return forecast ? texts.forecastOf(target ?? '', forecast.horizon) : (target ?? '')
}

const baselineScore = ({ baseline }: Result) => formatMetric(baseline?.metrics[selectionMetric(baseline.task!)])

export function Runs() {
  const runs = useEngine(state => state.runs)
  return (
    <Panel title={texts.runs} aside={<Link to={pathTo('train')}>{texts.allRuns}</Link>}>
      <List
        label={texts.runs}
        items={runs?.slice(0, shownRuns) ?? null}
        keyOf={run => run.run}
        empty={<Empty action={<Link to={pathTo('train')}>{texts.toTrain}</Link>}>{texts.noRuns}</Empty>}
        columns={[
          runColumns.run,
          runColumns.score,
          runColumns.algorithm,
          runColumns.state,
          { title: columns.when, cell: run => formatAgo(Date.now() - (run.endedAt ?? run.createdAt)) },
        ]}
      />
    </Panel>
  )
}

export function Datasets() {
  const datasets = useEngine(state => state.datasets)
  return (
    <Panel title={texts.datasets} count={datasets?.length ?? null}>
      <List
        label={texts.datasets}
        items={datasets}
        keyOf={item => item.dataset}
        empty={<Empty action={<Link to={pathTo('data')}>{texts.toData}</Link>}>{texts.noDatasets}</Empty>}
        columns={[
          datasetColumns.dataset,
          datasetColumns.version,
          datasetColumns.rows,
          datasetColumns.columns,
          datasetColumns.size,
          datasetColumns.warnings,
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
        empty={<Empty action={<Link to={pathTo('models')}>{texts.toModels}</Link>}>{texts.noModels}</Empty>}
        columns={[
          modelColumns.model,
          modelColumns.version,
          modelColumns.aliases,
          modelColumns.run,
          { title: columns.when, cell: model => formatAgo(Date.now() - model.createdAt) },
        ]}
      />
    </Panel>
  )
}

export function Deployments() {
  const deployments = useEngine(state => state.deployments)
  return (
    <Panel title={texts.deployments} count={deployments?.length ?? null}>
      <List
        label={texts.deployments}
        items={deployments}
        keyOf={item => item.deployment}
        empty={<Empty action={<Link to={pathTo('deploy')}>{texts.toDeploy}</Link>}>{texts.noDeployments}</Empty>}
        columns={[
          deploymentColumns.deployment,
          deploymentColumns.model,
          deploymentColumns.target,
          deploymentColumns.state,
          deploymentColumns.replicas,
        ]}
      />
    </Panel>
  )
}

export function Endpoints({ watched }: Pick<ReturnType<typeof useWatched>, 'watched'>) {
  return (
    <Panel title={texts.endpoints} count={watched?.length ?? null}>
      <List
        label={texts.endpoints}
        items={watched}
        keyOf={({ endpoint }) => endpoint.endpoint}
        empty={<Empty action={<Link to={pathTo('monitor')}>{texts.toMonitor}</Link>}>{texts.noEndpoints}</Empty>}
        columns={[
          {
            title: columns.endpoint,
            cell: ({ endpoint }) => <Link to={pathTo('monitor', endpoint.endpoint)}>{endpoint.endpoint}</Link>,
            text: ({ endpoint }) => endpoint.url,
          },
          { title: columns.state, cell: each => <HealthStatus of={each} /> },
          {
            title: columns.lastHour,
            cell: ({ lately }) => <Sparkline values={lately?.rowsByMinute ?? []} label={texts.rowsByMinute} />,
          },
          { title: columns.rows, isNumber: true, cell: ({ lately }) => formatCount(lately?.lastHour.rows ?? 0) },
          {
            title: columns.p95,
            isNumber: true,
            cell: ({ lately }) =>
              lately?.lastHour.latencyMs ? texts.milliseconds(lately.lastHour.latencyMs.p95.value.toPrecision(3)) : '',
          },
        ]}
      />
    </Panel>
  )
}
