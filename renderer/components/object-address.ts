import type { Job } from '../../shared/model/job.ts'
import { pathTo } from './router.ts'

/** Where a thing of the workspace is shown: versions stand behind the last colon of an id, and names hold none. Null for what has no page. */
export function objectAddress({ kind, id }: { kind: string; id: string }): string | null {
  const [name = '', version] = id.split(':')
  if (kind === 'job') return pathTo('pipelines', id)
  if (kind === 'dataset') return pathTo('data', name) + (version === undefined ? '' : `?version=${version}`)
  if (kind === 'run' || kind === 'search') return pathTo('train', id)
  if (kind === 'model') return version === undefined ? null : pathTo('models', name, version)
  if (kind === 'deployment') return pathTo('deploy', id)
  return kind === 'endpoint' ? pathTo('monitor', id) : null
}

/**
 * Where a job leads: to what it works on, and from there to the job itself. What is made only at its end, a dataset, a model, or a deployment
 * that is not among those `deployed`, has no page before.
 */
export function jobAddress({ job, kind, subject }: Job, here: string, deployed: readonly string[]): string {
  const isMade = kind !== 'import' && (subject?.kind !== 'deployment' || deployed.includes(subject.id))
  const object = subject && isMade ? objectAddress(subject) : null
  return object === null || object === here ? pathTo('pipelines', job) : object
}
