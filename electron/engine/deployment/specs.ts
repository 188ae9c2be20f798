import { canonicalJson } from '../../../shared/lib/canonical-json.ts'
import type { KeptSpec } from './store.ts'
import type { DeploymentSpec } from './targets/target.ts'

/** Without what is true of this workspace today only. It holds no secret: logins are asked for when they are used. */
export function toKept({ workspace: _workspace, folder: _folder, ...kept }: DeploymentSpec): KeptSpec {
  return kept
}

/** Whether two specs ask for the same, wherever the workspace lies. */
export function isSame(one: DeploymentSpec, other: DeploymentSpec): boolean {
  return canonicalJson(toKept(one)) === canonicalJson(toKept(other))
}
