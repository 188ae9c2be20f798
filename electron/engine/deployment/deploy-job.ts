import { join } from 'node:path'
import type { DeploymentVersion, TargetId } from '../../../shared/model/deployment.ts'
import { findRegistryLogin } from '../clients/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { targets } from './targets/index.ts'
import type { Applied, DeploymentSpec } from './targets/target.ts'

export interface DeployInput {
  target: TargetId
  spec: DeploymentSpec
  /** What is live under the name, if anything is. */
  live: DeploymentSpec | null
  by: DeploymentVersion['by']
  restores: number | null
}

/** Deploys the bundle in `in/bundle` and waits until it is ready. */
export const deployJob: JobFunction<DeployInput, Applied> = async ({ target, spec, live }, context) => {
  const secret = (name: string) => context.secret(name)
  return targets.get(target).apply(spec, {
    live,
    signal: context.signal,
    unbroken: work => context.unbroken(work),
    temporaryFolder: context.temporaryFolder,
    bundleFolder: join(context.folder, 'in', 'bundle'),
    progress: (fraction, phase) => context.progress(fraction, phase),
    log: (message, level) => context.log(message, level),
    loginFor: host => findRegistryLogin(host, { secret, signal: context.signal }),
  })
}
