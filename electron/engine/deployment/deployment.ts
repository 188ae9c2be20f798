import type { ErrorJson } from '../../../shared/errors.ts'
import type { Deployment } from '../../../shared/model/deployment.ts'
import type { AnyJobHandler, DomainContext, JobHandler, StoredJob } from '../jobs/index.ts'
import type { DeployInput } from './deploy-job.ts'
import { createOperations, type DeploymentParts } from './operations.ts'
import { isSame, toKept } from './specs.ts'
import { DeploymentStore } from './store.ts'
import type { Applied, DeploymentSpec, Place } from './targets/target.ts'

/** Where models run, and how they are taken back. */
export function createDeployment(context: DomainContext, parts: DeploymentParts) {
  const store = new DeploymentStore(context.registry)
  const changed = (name: string) => context.events.publish({ type: 'changed', entity: 'deployment', id: name })

  const deploy: JobHandler<DeployInput, Applied, 'deploy'> = {
    kind: 'deploy',
    lane: 'io',
    objects: ({ input: { spec } }) => ({
      read: [
        { kind: 'model', id: `${spec.model}:${spec.version}` },
        ...(spec.imageDigest ? [{ kind: 'image' as const, id: spec.imageDigest }] : []),
      ],
      made: [{ kind: 'deployment', id: spec.deployment }],
    }),
    commit(applied, job) {
      const { spec, live } = job.input
      const name = spec.deployment
      const record = store.get(name)
      if (!record) throw new Error(`The deployment ${name} lost its row while it was made`)
      const { model, version, bundleDigest } = spec
      const what = { model, version, bundleDigest, ...applied }
      const deployment: Deployment = { ...record.deployment, ...what, status: 'ready', error: null }
      store.put(deployment, job.job)
      // Deployed once more as it was: that is no new version.
      if (!live || !isSame(live, spec)) {
        // The port that it got is part of its address: to go back is to go back there.
        const port = typeof applied.handle.port === 'number' ? applied.handle.port : spec.port
        const got = { ...versionOf(job, { ...spec, port }), imageDigest: applied.imageDigest }
        store.addVersion({ ...got, status: 'applied', error: null }, toKept({ ...spec, port }))
      }
      changed(name)
      return deployment
    },
    ended(job: StoredJob<DeployInput>, status, error: ErrorJson) {
      const { spec, live } = job.input
      const record = store.get(spec.deployment)
      if (record?.job !== job.job) return
      const ended = status === 'failed' ? 'failed' : 'interrupted'
      // What was live before serves on, and is looked at anew whenever it is listed.
      const next = live ? ({ status: 'ready', error: null } as const) : ({ status: ended, error } as const)
      store.put({ ...record.deployment, ...next }, job.job)
      if (status === 'failed') store.addVersion({ ...versionOf(job, spec), status: 'failed', error }, toKept(spec))
      changed(spec.deployment)
    },
  }
  const versionOf = (job: StoredJob<DeployInput>, spec: DeploymentSpec) => {
    const { deployment, model, version, bundleDigest, imageDigest, image, port, replicas } = spec
    const what = { deployment, model, version, bundleDigest, imageDigest, image, port, replicas }
    const { by, restores } = job.input
    return { ...what, by, restores, job: job.job, appliedAt: context.clock() }
  }
  const undeploy: JobHandler<Place, null, 'undeploy'> = {
    kind: 'undeploy',
    lane: 'io',
    objects: ({ input }) => ({ read: [{ kind: 'deployment', id: input.deployment.deployment }] }),
    commit(_output, job) {
      const { deployment } = job.input
      store.remove(deployment.deployment)
      changed(deployment.deployment)
      const replicas = { ...deployment.replicas, ready: 0 }
      return { ...deployment, status: 'stopped', url: null, replicas, error: null }
    },
    ended(job: StoredJob<Place>, _status, error: ErrorJson) {
      const name = job.input.deployment.deployment
      const record = store.get(name)
      if (record) store.put({ ...record.deployment, error }, record.job)
      changed(name)
    },
  }
  return {
    ...createOperations(context, parts, store),
    handlers: [deploy, undeploy] as unknown as AnyJobHandler[],
    /** All of them as they are recorded, not looked at. */
    recorded: (): Deployment[] => store.list().map(record => record.deployment),
    /** The recorded deployment, not looked at; null for none of this name. */
    find: (name: string): Deployment | null => store.get(name)?.deployment ?? null,
  }
}
export type DeploymentDomain = ReturnType<typeof createDeployment>
