import { join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError, toAppError } from '../../../shared/errors.ts'
import type { Deployment, DeployRequest, Plan, RollbackRequest, TargetId } from '../../../shared/model/deployment.ts'
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
  /** Takes what a deployment still has to tell; it is asked once before the deployment is taken away. Never rejects. */
  beforeRemoval?(name: string): Promise<void>
  /** Takes what a deployment has to tell while another version comes into its place, until `isOver`. Never rejects. */
  duringReplacement?(name: string, isOver: () => boolean): Promise<void>
}

export function createOperations(context: DomainContext, parts: DeploymentParts, store: DeploymentStore) {
  const { registry, jobs, clock, events } = context
  const { models, packaging } = parts
  const workspace = registry.meta('workspace') ?? ''
  const folderOf = (name: string) => join(registry.workspace, 'deployments', slugOf(name))
  const changed = (name: string) => events.publish({ type: 'changed', entity: 'deployment', id: name })

  async function specOf(request: DeployRequest): Promise<DeploymentSpec> {
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
      port: request.port ?? store.applied(deployment)?.spec.port ?? null,
      context: request.context ?? null,
      namespace: request.namespace ?? null,
      image: request.image ?? push?.ref ?? null,
      imageDigest: push?.imageDigest ?? null,
      replicas: request.replicas ?? (await replicasOf(deployment)),
    }
    targets.get(request.target).check(spec)
    return spec
  }

  /** As many as a live deployment really has, whoever scaled it; 1 where there is none. */
  async function replicasOf(name: string): Promise<number> {
    const record = store.get(name)
    const recorded = store.applied(name)?.spec.replicas
    if (!record || recorded === undefined) return 1
    const { replicas, status } = await look(record)
    return status === 'ready' || status === 'degraded' ? Math.max(1, replicas.wanted) : recorded
  }

  function placeOf(deployment: Deployment): Place {
    return { workspace, folder: folderOf(deployment.deployment), deployment }
  }

  /** Throws when the name is busy, or lives somewhere else. */
  function refuseReplacement(before: DeploymentRecord, target: TargetId, spec: DeploymentSpec): void {
    const { deployment } = before
    const name = deployment.deployment
    if (deployment.status === 'deploying') {
      throw new AppError('conflict', `"${name}" is being deployed right now`, {
        mend: `Wait for it, or cancel its job${before.job ? ` (lathe cancel ${before.job})` : ''}.`,
      })
    }
    const mend = `Undeploy it first (lathe undeploy ${name}), or give this one another --name.`
    const isElsewhere = Object.entries(targets.get(target).firstHandle(spec)).some(
      ([key, value]) => deployment.handle[key] !== value,
    )
    if (deployment.target !== target || isElsewhere) {
      throw new AppError('already-exists', `"${name}" is deployed elsewhere already (${deployment.target})`, { mend })
    }
  }

  async function look(record: DeploymentRecord): Promise<Deployment> {
    const { deployment } = record
    const { status } = deployment
    if (status === 'interrupted' || status === 'failed') return deployment
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
      const looked = targets.get(deployment.target).observe(placeOf(deployment), signal)
      const { bundleDigest: served, ...observed } = await Promise.race([looked, late])
      // What it is on the way to is its job's to say; how far its replicas are can be seen.
      if (status === 'deploying') return { ...deployment, replicas: observed.replicas }
      if (served === null || served === deployment.bundleDigest) return { ...deployment, ...observed }
      const text = `It serves the bundle ${served}, not ${deployment.bundleDigest}: a deploy was cut off, or it was changed from outside`
      const mend = `Deploy ${deployment.model}:${deployment.version} or the other version again.`
      const error = new AppError('digest-mismatch', text, { mend }).toJSON()
      return { ...deployment, ...observed, status: 'degraded', error }
    } catch (error) {
      if (status === 'deploying') return deployment
      return { ...deployment, status: 'unknown', error: toAppError(error).toJSON() }
    }
  }

  /** Starts the job that applies a spec, in place of what is live under its name. */
  async function start(target: TargetId, spec: DeploymentSpec, origin: Pick<DeployInput, 'by' | 'restores'>) {
    const name = spec.deployment
    const known = store.get(name)
    if (known) refuseReplacement(known, target, spec)
    const job = jobs.newJobId()
    requireBundle(spec)
    await registry.bundles.place(spec.bundleDigest, join(jobs.folderOf(job), 'in', 'bundle'))
    const started = registry.transaction(() => {
      const before = store.get(name)
      // Looked at again: another request may have taken the name while the bundle was laid out.
      if (before) refuseReplacement(before, target, spec)
      const live = liveSpec(name)
      const { model, version, bundleDigest, imageDigest } = spec
      const fresh: Deployment = {
        ...{ deployment: name, target, model, version, bundleDigest, imageDigest },
        ...{ status: 'deploying', url: before?.deployment.url ?? null, error: null },
        replicas: { wanted: spec.replicas, ready: 0 },
        handle: before?.deployment.handle ?? targets.get(target).firstHandle(spec),
        createdAt: before?.deployment.createdAt ?? clock(),
      }
      // Until the new one is ready, what is live is the old one.
      const row: Deployment = before && live ? { ...before.deployment, status: 'deploying', error: null } : fresh
      store.put(row, job)
      const verb = origin.restores === null ? 'Deploy' : 'Go back to'
      const title = `${verb} ${model}:${version} as ${name} (${target})`
      const input: DeployInput = { target, spec, live, ...origin }
      return jobs.submit({ kind: 'deploy', title, input, subject: { kind: 'deployment', id: name }, job })
    })
    changed(name)
    if (liveSpec(name)) {
      void parts.duringReplacement?.(name, () => {
        const now = store.get(name)
        return now?.job !== job || now.deployment.status !== 'deploying'
      })
    }
    return { job: started }
  }

  function liveSpec(name: string): DeploymentSpec | null {
    const applied = store.applied(name)
    return applied && { ...applied.spec, workspace, folder: folderOf(name) }
  }

  /** The kept spec that a rollback would apply, and where it comes from. */
  function rollbackOf({ deployment: name, to }: RollbackRequest) {
    const { deployment } = recordOf(name)
    const versions = store.versions(name)
    const live = versions.find(({ version }) => version.status === 'applied')
    const mend = `\`lathe versions ${name}\` lists what it can go back to.`
    const chosen = versions.find(({ version: { number, status } }) =>
      to === undefined ? status === 'superseded' && number < (live?.version.number ?? number + 1) : number === to,
    )
    if (!chosen) {
      const text = to === undefined ? `Nothing was live as "${name}" before` : `"${name}" has no version number ${to}`
      throw new AppError('not-found', text, { mend })
    }
    const { number, status, model, version } = chosen.version
    if (status === 'failed') {
      throw new AppError('bad-input', `Number ${number} of "${name}" (${model}:${version}) never came to serve`, {
        mend,
      })
    }
    const spec: DeploymentSpec = { ...chosen.spec, workspace, folder: folderOf(name) }
    return { target: deployment.target, spec, restores: number }
  }

  const operations: Operations<
    Pick<
      Contract['deployments'],
      'deploy' | 'plan' | 'list' | 'ask' | 'logs' | 'undeploy' | 'versions' | 'rollback' | 'planRollback'
    >
  > = {
    plan: async (request, { signal }) => planOf(request.target, await specOf(request), signal),
    async planRollback(request, { signal }) {
      const { target, spec } = rollbackOf(request)
      return planOf(target, spec, signal)
    },
    deploy: async request => start(request.target, await specOf(request), { by: 'deploy', restores: null }),
    async rollback(request) {
      const { target, spec, restores } = rollbackOf(request)
      return start(target, spec, { by: 'rollback', restores })
    },
    versions({ deployment: name }) {
      recordOf(name)
      return { versions: store.versions(name).map(({ version }) => version) }
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
    async undeploy({ deployment: name }) {
      recordOf(name)
      await parts.beforeRemoval?.(name)
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

  /** Throws where files of the bundle are gone: then nothing can be put in the place of what is live. */
  function requireBundle({ model, version, bundleDigest }: DeploymentSpec): void {
    try {
      registry.bundles.requireFiles(bundleDigest)
    } catch (error) {
      const { code, message, mend } = toAppError(error)
      throw new AppError(code, `${model}:${version} cannot be deployed: ${message}`, { mend, cause: error })
    }
  }

  async function planOf(target: TargetId, spec: DeploymentSpec, signal?: AbortSignal): Promise<Plan> {
    const known = store.get(spec.deployment)
    if (known) refuseReplacement(known, target, spec)
    requireBundle(spec)
    return { target, ...(await targets.get(target).plan(spec, signal)) }
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
