import type { Deployment } from '../../shared/model/deployment.ts'

/** What runs where after a deploy or a rollback, in one line. */
export function deploymentText({ deployment, model, version, target, status, replicas, url }: Deployment): string {
  const ready = `${replicas.ready} of ${replicas.wanted}`
  return `${deployment} (${model}:${version}, ${target}) is ${status}, ${ready}: ${url ?? 'no address'}`
}
