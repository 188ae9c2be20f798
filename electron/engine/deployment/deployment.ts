import type { ErrorJson } from '../../../shared/errors.ts'
import type { Deployment } from '../../../shared/model/deployment.ts'
import type { AnyJobHandler, DomainContext, JobHandler, StoredJob } from '../jobs/index.ts'
import type { DeployInput } from './deploy-job.ts'
import { createOperations, type DeploymentParts } from './operations.ts'
import { DeploymentStore } from './store.ts'
import type { Applied, Place } from './targets/target.ts'

/** Where models run, and how they are taken back. */
export function createDeployment(context: DomainContext, parts: DeploymentParts) {
  const store = new DeploymentStore(context.registry)
  const changed = (name: string) => context.events.publish({ type: 'changed', entity: 'deployment', id: name })

  const deploy: JobHandler<DeployInput, Applied, 'deploy'> = {
    kind: 'deploy',
    lane: 'io',
    commit(applied, job) {
      const name = job.input.spec.deployment
      const record = store.get(name)
      if (!record) throw new Error(`The deployment ${name} lost its row while it was made`)
      const deployment: Deployment = { ...record.deployment, ...applied, status: 'ready', error: null }
      store.put(deployment, job.job)
      changed(name)
      return deployment
    },
    ended(job: StoredJob<DeployInput>, status, error: ErrorJson) {
      const name = job.input.spec.deployment
      const record = store.get(name)
      if (record?.job !== job.job) return
      const next = status === 'failed' ? 'failed' : 'interrupted'
      store.put({ ...record.deployment, status: next, error }, job.job)
      changed(name)
    },
  }
  const undeploy: JobHandler<Place, null, 'undeploy'> = {
    kind: 'undeploy',
    lane: 'io',
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
