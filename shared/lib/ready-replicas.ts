import type { Deployment } from '../model/deployment.ts'

/** How many replicas are ready, in words; a deployment that could not be looked at has none that is known of. */
export function readyReplicas({ status, replicas }: Pick<Deployment, 'status' | 'replicas'>): string {
  return `${status === 'unknown' ? '?' : replicas.ready} of ${replicas.wanted}`
}
