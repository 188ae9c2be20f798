import { formatBytes, formatCount, formatMoment } from '../../shared/lib/format.ts'
import { readyReplicas } from '../../shared/lib/ready-replicas.ts'
import type { DatasetSummary } from '../../shared/model/dataset.ts'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { Link } from './link.tsx'
import type { Column } from './list.tsx'
import { pathTo } from './router.ts'
import { mainScore, scoreOf } from './scores.ts'
import { Status } from './status.tsx'
import { texts } from './texts.ts'

const { columns: words } = texts

/** What lists of things show, the same by the same word in every room; each list takes those that it has room for. */
export const datasetColumns = {
  dataset: {
    title: words.dataset,
    cell: ({ dataset }) => <Link to={pathTo('data', dataset)}>{dataset}</Link>,
    text: ({ dataset }) => dataset,
  },
  version: { title: words.version, isNumber: true, cell: ({ latest }) => latest.version },
  rows: { title: words.rows, isNumber: true, cell: ({ latest }) => formatCount(latest.rows) },
  columns: { title: words.columns, isNumber: true, cell: ({ latest }) => formatCount(latest.columns) },
  size: { title: words.size, isNumber: true, cell: ({ latest }) => formatBytes(latest.sizeBytes) },
  target: {
    title: words.targetColumn,
    cell: ({ latest }) => latest.target ?? '',
    text: ({ latest }) => latest.target ?? '',
  },
  warnings: { title: words.warnings, isNumber: true, cell: ({ latest }) => latest.warnings },
  imported: { title: words.imported, cell: ({ latest }) => formatMoment(latest.createdAt) },
} satisfies Record<string, Column<DatasetSummary>>

export const runColumns = {
  run: {
    title: words.run,
    cell: ({ run, name }) => <Link to={pathTo('train', run)}>{name}</Link>,
    text: ({ name }) => name,
  },
  algorithm: { title: words.algorithm, cell: ({ algorithm }) => algorithm },
  state: {
    title: words.state,
    cell: ({ status }) => <Status state={status} />,
    text: ({ status, error }) => error?.message ?? status,
  },
  score: { title: words.scoreWithInterval, isNumber: true, cell: mainScore, text: mainScore },
} satisfies Record<string, Column<Run>>

export const modelColumns = {
  model: {
    title: words.model,
    cell: ({ model, version }) => <Link to={pathTo('models', model, version)}>{model}</Link>,
    text: ({ model }) => model,
  },
  version: { title: words.version, isNumber: true, cell: ({ version }) => version },
  aliases: {
    title: words.aliases,
    cell: ({ aliases }) => aliases.join(', '),
    text: ({ aliases }) => aliases.join(', '),
  },
  score: { title: words.score, isNumber: true, cell: ({ task, metrics }) => scoreOf(task, metrics) },
  run: {
    title: words.run,
    cell: ({ run }) => (run ? <Link to={pathTo('train', run)}>{run}</Link> : words.fromElsewhere),
    text: ({ run }) => run ?? words.fromElsewhere,
  },
  task: { title: words.task, cell: ({ task }) => task ?? words.notKnown },
  created: { title: words.created, cell: ({ createdAt }) => formatMoment(createdAt) },
} satisfies Record<string, Column<ModelVersion>>

export const deploymentColumns = {
  deployment: {
    title: words.deployment,
    cell: ({ deployment }) => <Link to={pathTo('deploy', deployment)}>{deployment}</Link>,
    text: ({ deployment }) => deployment,
  },
  target: { title: words.deployTarget, cell: ({ target }) => target },
  model: {
    title: words.model,
    cell: ({ model, version }) => <Link to={pathTo('models', model, version)}>{`${model}:${version}`}</Link>,
    text: ({ bundleDigest }) => bundleDigest,
  },
  state: {
    title: words.state,
    cell: ({ status }) => <Status state={status} />,
    text: ({ status, error }) => error?.message ?? status,
  },
  replicas: { title: words.replicas, isNumber: true, cell: deployment => readyReplicas(deployment) },
  address: { title: words.address, cell: ({ url }) => url ?? '', text: ({ url }) => url ?? '' },
  since: { title: words.since, cell: ({ createdAt }) => formatMoment(createdAt) },
} satisfies Record<string, Column<Deployment>>
