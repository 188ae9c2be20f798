import type { DeploymentVersion } from '../../../shared/model/deployment.ts'
import { texts } from './texts.ts'

/**
 * What a version asked for otherwise than the one that was live before it, in words. `versions` are all of a deployment,
 * newest first.
 */
export function whatChanged(version: DeploymentVersion, versions: readonly DeploymentVersion[]): string {
  const before = versions.find(({ number, status }) => number < version.number && status !== 'failed')
  if (!before) return texts.firstVersion
  const parts = [
    difference('', nameOf(before), nameOf(version)),
    // The same name, registered anew with other contents.
    nameOf(before) === nameOf(version) && difference(texts.changed.bundle, short(before), short(version)),
    difference(texts.changed.port, before.port ?? texts.anyPort, version.port ?? texts.anyPort),
    difference(texts.changed.replicas, before.replicas, version.replicas),
    before.image !== version.image && texts.changed.image,
  ].filter(part => typeof part === 'string')
  return parts.join('; ') || texts.sameAgain
}

const nameOf = ({ model, version }: DeploymentVersion) => `${model}:${version}`
const short = ({ bundleDigest }: DeploymentVersion) => bundleDigest.replace(/^sha256:/, '').slice(0, 12)

function difference(what: string, before: string | number, after: string | number): string | false {
  return before !== after && `${what} ${before} → ${after}`.trimStart()
}
