import { join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError, toAppError } from '../../../shared/errors.ts'
import type { Deployment, DeployRequest } from '../../../shared/model/deployment.ts'
import { Name } from '../../../shared/model/ids.ts'
import type { DomainContext } from '../jobs/index.ts'
import { type ModelResolver, type Packaging, slugOf } from '../packaging/index.ts'
import { askService } from './ask.ts'
import type { DeployInput } from './deploy-job.ts'
import type { DeploymentRecord, DeploymentStore } from './store.ts'
import { targets } from './targets/index.ts'
import type { DeploymentSpec, Place } from './targets/target.ts'

/** A target that does not tell its state within this long is shown as unknown. */
const observeTimeoutMs = 4000

export interface DeploymentParts {
  models: ModelResolver
  packaging: Pick<Packaging, 'pushOf' | 'lastPush'>
}

export function createOperations(context: DomainContext, parts: DeploymentParts, store: DeploymentStore) {
  const { registry, jobs, clock, events } = context
  const { models, packaging } = parts
  const workspace = registry.meta('workspace') ?? ''
  const folderOf = (name: string) => join(registry.workspace, 'deployments', slugOf(name))
  const changed = (name: string) => events.publish({ type: 'changed', entity: 'deployment', id: name })

  function specOf(request: DeployRequest): DeploymentSpec {
    const version = models.resolve(request.model)
    const deployment = Name.parse(request.name ?? version.model)
    const onCluster = request.target === 'kubernetes'
    const push = request.image
      ? packaging.pushOf(request.image)
      : onCluster
        ? packaging.lastPush(version.bundleDigest)
        : null
    const spec: DeploymentSpec = {
      workspace,
      deployment,
      model: version.model,
      version: version.version,
      bundleDigest: version.bundleDigest,
      folder: folderOf(deployment),
      port: request.port ?? null,
      context: request.context ?? null,
      namespace: request.namespace ?? null,
      image: request.image ?? push?.ref ?? null,
      imageDigest: push?.imageDigest ?? null,
      replicas: request.replicas,
    }
    targets.get(request.target).check(spec)
    return spec
  }

  function placeOf(deployment: Deployment): Place {
    return { workspace, folder: folderOf(deployment.deployment), deployment }
  }

  /** Throws when the name is busy, or lives with something that this request may not replace. */
  function refuseReplacement(before: DeploymentRecord, request: DeployRequest, spec: DeploymentSpec): void {
    const { deployment } = before
    const name = deployment.deployment
    if (deployment.status === 'deploying') {
      throw new AppError('conflict', `"${name}" is being deployed right now`, {
        mend: `Wait for it, or cancel its job${before.job ? ` (lathe cancel ${before.job})` : ''}.`,
      })
    }
    const mend = `Undeploy it first (lathe undeploy ${name}), or give this one another --name.`
    const isElsewhere = Object.entries(targets.get(request.target).firstHandle(spec)).some(
      ([key, value]) => deployment.handle[key] !== value,
    )
    if (deployment.target !== request.target || isElsewhere) {
      throw new AppError('already-exists', `"${name}" is deployed elsewhere already (${deployment.target})`, { mend })
    }
    const isLive = deployment.status === 'ready' || deployment.status === 'degraded' || deployment.status === 'unknown'
    if (isLive && deployment.bundleDigest !== spec.bundleDigest && !targets.get(request.target).rollsOver) {
      const what = `"${name}" serves ${deployment.model}:${deployment.version}`
      throw new AppError('already-exists', `${what}; the ${request.target} target does not replace it in place`, {
        mend,
      })
    }
  }

  async function look(record: DeploymentRecord): Promise<Deployment> {
    const { deployment } = record
    if (deployment.status === 'deploying' || deployment.status === 'interrupted' || deployment.status === 'failed') {
      return deployment
    }
    const signal = AbortSignal.timeout(observeTimeoutMs)
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(
          new AppError(
            'unreachable',
            `The ${deployment.target} target did not answer within ${observeTimeoutMs / 1000} s`,
          ),
        )
      })
    })
    try {
      const observed = await Promise.race([targets.get(deployment.target).observe(placeOf(deployment), signal), late])
      return { ...deployment, ...observed }
    } catch (error) {
      return { ...deployment, status: 'unknown', error: toAppError(error).toJSON() }
    }
  }

  const operations: Operations<
    Pick<Contract['deployments'], 'deploy' | 'plan' | 'list' | 'ask' | 'logs' | 'undeploy'>
  > = {
    async plan(request, { signal }) {
      const plan = await targets.get(request.target).plan(specOf(request), signal)
      return { target: request.target, ...plan }
    },
    async deploy(request) {
      const spec = specOf(request)
      const known = store.get(spec.deployment)
      if (known) refuseReplacement(known, request, spec)
      const job = jobs.newJobId()
      await registry.bundles.place(spec.bundleDigest, join(jobs.folderOf(job), 'in', 'bundle'))
      const name = spec.deployment
      const input: DeployInput = { target: request.target, spec }
      const started = registry.transaction(() => {
        const before = store.get(name)
        // Looked at again: another request may have taken the name while the bundle was laid out.
        if (before) refuseReplacement(before, request, spec)
        store.put(
          {
            deployment: name,
            target: request.target,
            model: spec.model,
            version: spec.version,
            bundleDigest: spec.bundleDigest,
            status: 'deploying',
            url: before?.deployment.url ?? null,
            replicas: { wanted: spec.replicas, ready: 0 },
            handle: before?.deployment.handle ?? targets.get(request.target).firstHandle(spec),
            imageDigest: spec.imageDigest,
            createdAt: before?.deployment.createdAt ?? clock(),
            error: null,
          },
          job,
        )
        const title = `Deploy ${spec.model}:${spec.version} as ${name} (${request.target})`
        return jobs.submit({ kind: 'deploy', title, input, subject: { kind: 'deployment', id: name }, job })
      })
      changed(name)
      return { job: started }
    },
    async list() {
      return { deployments: await Promise.all(store.list().map(look)) }
    },
    async ask({ deployment: name, rows }, { signal }) {
      const { url } = recordOf(name).deployment
      if (url === null) {
        throw new AppError('not-ready', `"${name}" has no address that this machine reaches`, {
          mend: '`lathe deployments` says why.',
        })
      }
      // Replicas that only monitoring can read are behind this address as well.
      if ((await endpointsOf(name, signal)).length === 0) {
        throw new AppError('not-ready', `No replica of "${name}" is ready`, { mend: '`lathe deployments` says why.' })
      }
      return askService(url, rows, signal)
    },
    async logs({ deployment: name, replica = null, cursor = null, limit }, { signal }) {
      const { deployment } = recordOf(name)
      return targets.get(deployment.target).logs(placeOf(deployment), { replica, cursor, limit }, signal)
    },
    undeploy({ deployment: name }) {
      return registry.transaction(() => {
        const record = recordOf(name)
        if (record.deployment.status === 'deploying') {
          throw new AppError('conflict', `"${name}" is being deployed right now`, {
            mend: `Cancel its job first${record.job ? ` (lathe cancel ${record.job})` : ''}.`,
          })
        }
        const input = placeOf(record.deployment)
        const subject = { kind: 'deployment', id: name }
        return { job: jobs.submit({ kind: 'undeploy', title: `Undeploy ${name}`, input, subject }) }
      })
    },
  }

  function recordOf(name: string): DeploymentRecord {
    const record = store.get(name)
    if (!record) {
      throw new AppError('not-found', `There is no deployment "${name}"`, { mend: '`lathe deployments` lists them.' })
    }
    return record
  }

  /** Base URL of each ready replica of a deployment, reachable from this machine. */
  async function endpointsOf(name: string, signal?: AbortSignal): Promise<string[]> {
    const { deployment } = recordOf(name)
    return targets.get(deployment.target).endpoints(placeOf(deployment), signal)
  }

  return { operations, endpointsOf }
}
