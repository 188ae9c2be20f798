import { AppError } from '../../../shared/errors.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Deployment, Image } from '../../../shared/model/deployment.ts'
import type { Job } from '../../../shared/model/job.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import type { PipelineNode } from '../../../shared/model/pipeline.ts'
import type { Run } from '../../../shared/model/run.ts'
import type { JobLinks } from '../jobs/index.ts'
import type { Place, Steps } from './graph.ts'

/** What the graph needs of the domains whose things stand in it. */
export interface GraphParts {
  jobs: { get(job: string): Job }
  links: JobLinks
  datasets: { resolve(reference: string): DatasetVersion }
  runs: { get(run: string): Run }
  models: { all(): ModelVersion[] }
  images: { find(digest: string): Image | null }
  deployments: { find(name: string): Deployment | null }
  /** All endpoints, each with the deployment that is watched; null for another server. */
  watched(): { endpoint: Endpoint; deployment: string | null }[]
}

type Facts = Pick<PipelineNode, 'label' | 'detail'> & Partial<PipelineNode>

const nameOf = ({ model, version }: Pick<ModelVersion, 'model' | 'version'>) => `${model}:${version}`

/** The registry at one moment as places and steps; made anew for each graph. */
export function look(parts: GraphParts): Steps & { nodeOf(place: Place): PipelineNode } {
  const { links } = parts
  const versions = new Map(parts.models.all().map(version => [nameOf(version), version]))
  const ofRun = Map.groupBy(versions.values(), ({ run }) => run)
  const endpoints = new Map(parts.watched().map(watched => [watched.endpoint.endpoint, watched]))
  const ofDeployment = Map.groupBy(endpoints.values(), ({ deployment }) => deployment)

  /** What a thing came from without a job: a version is registered from a run, a deployment is watched. */
  function unaidedBefore({ kind, id }: Place): Place[] {
    const run = kind === 'model' ? versions.get(id)?.run : null
    const deployment = kind === 'endpoint' ? endpoints.get(id)?.deployment : null
    return [
      ...(run ? [{ kind: 'run' as const, id: run }] : []),
      ...(deployment ? [{ kind: 'deployment' as const, id: deployment }] : []),
    ]
  }
  function unaidedAfter({ kind, id }: Place): Place[] {
    const registered = kind === 'run' ? (ofRun.get(id) ?? []) : []
    const watching = kind === 'deployment' ? (ofDeployment.get(id) ?? []) : []
    return [
      ...registered.map(version => ({ kind: 'model' as const, id: nameOf(version) })),
      ...watching.map(({ endpoint }) => ({ kind: 'endpoint' as const, id: endpoint.endpoint })),
    ]
  }
  const asJobs = (ids: string[]): Place[] => ids.map(id => ({ kind: 'job', id }))

  const facts: Record<Place['kind'], (id: string) => Facts | null> = {
    job(id) {
      const job = parts.jobs.get(id)
      return { label: job.title, detail: job.kind, state: job.status, job }
    },
    dataset(id) {
      const { rows, columns } = parts.datasets.resolve(id)
      return { label: id, detail: `${rows.toLocaleString('en-US')} rows, ${columns.length} columns` }
    },
    run(id) {
      const { name, dataset, datasetVersion, status } = parts.runs.get(id)
      return { label: name, detail: `${dataset}:${datasetVersion}`, state: status }
    },
    model(id) {
      const version = versions.get(id)
      return version ? { label: id, detail: version.aliases.join(', ') } : null
    },
    image(id) {
      const image = parts.images.find(id)
      const label = image?.tag ?? image?.out?.split(/[\\/]/).at(-1) ?? id
      return image && { label, detail: image.architecture, opens: { kind: 'model', id: nameOf(image) } }
    },
    deployment(id) {
      const deployment = parts.deployments.find(id)
      return (
        deployment && { label: id, detail: `${deployment.target}, ${nameOf(deployment)}`, state: deployment.status }
      )
    },
    endpoint(id) {
      const endpoint = endpoints.get(id)?.endpoint
      if (!endpoint) return null
      const { drifted, status, url } = endpoint
      if (!drifted?.length) return { label: id, detail: url, state: status }
      return { label: id, detail: `${drifted.length} columns drifted`, state: 'drift' }
    },
  }

  return {
    before: remembered(({ kind, id }, limit) =>
      kind === 'job'
        ? links.of(id).read
        : [...unaidedBefore({ kind, id }), ...asJobs(links.jobsThat('made', { kind, id }, limit))],
    ),
    after: remembered(({ kind, id }, limit) =>
      kind === 'job'
        ? links.of(id).made
        : [...unaidedAfter({ kind, id }), ...asJobs(links.jobsThat('read', { kind, id }, limit))],
    ),
    nodeOf({ kind, id }) {
      const shown = orNull(() => facts[kind](id))
      // Removed since: what is recorded of it still stands in the way that led past it.
      if (!shown) return { kind, id, label: id, detail: '', state: 'gone', job: null, opens: null }
      return { kind, id, state: null, job: null, opens: { kind, id }, ...shown }
    },
  }
}

/** Each step is asked for when it is walked and again when the lines are drawn. */
function remembered(step: Steps['before']): Steps['before'] {
  const known = new Map<string, Place[]>()
  return (place, limit) => {
    const key = `${place.kind} ${place.id} ${limit}`
    const found = known.get(key) ?? step(place, limit)
    known.set(key, found)
    return found
  }
}

/** Null for what is not there. */
function orNull<Result>(look: () => Result): Result | null {
  try {
    return look()
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null
    throw error
  }
}
