import type { Deployment, Plan, TargetId } from '../../../../shared/model/deployment.ts'
import type { ServiceLog } from '../../../../shared/model/service-log.ts'
import type { RegistryLogin } from '../../clients/index.ts'
import type { LogRequest } from './logs.ts'

/** What is to run, and where. */
export interface DeploymentSpec {
  /** The workspace's id: two workspaces on one machine or cluster never touch each other's deployments. */
  workspace: string
  deployment: string
  model: string
  version: number
  bundleDigest: string
  /** Absolute folder that a target may keep files of this deployment in. */
  folder: string
  port: number | null
  context: string | null
  namespace: string | null
  image: string | null
  /** Of `image`, where Lathe pushed it. */
  imageDigest: string | null
  replicas: number
}

/** What a target gets to work with in a job's process. */
export interface TargetContext {
  signal: AbortSignal
  temporaryFolder: string
  /** The bundle to be deployed, laid out as a folder. */
  bundleFolder: string
  progress(fraction: number | null, phase: string): void
  log(message: string, level?: 'info' | 'warn' | 'error'): void
  loginFor(registryHost: string): Promise<RegistryLogin | null>
  /** What is live under the name, to be put back where the new one fails; null where nothing is. */
  live: DeploymentSpec | null
  /** Does what must not be cut off in the middle: a cancel waits for its end. */
  unbroken<Result>(work: () => Promise<Result>): Promise<Result>
}

export type Handle = Deployment['handle']

export interface Applied {
  url: string | null
  handle: Handle
  replicas: Deployment['replicas']
  imageDigest: string | null
}

/** A deployment as it was recorded, found again after days and restarts. */
export interface Place {
  workspace: string
  folder: string
  deployment: Deployment
}

export type Observed = Pick<Deployment, 'status' | 'replicas' | 'error'> & {
  /** What really runs there; null where nothing does or it cannot be told. */
  bundleDigest: string | null
}

/**
 * A kind of place that models run in. `apply` twice is the same as once. `remove` finds what a killed `apply` left behind
 * by labels and files, not only by the handle, and leaves nothing.
 */
export interface DeploymentTarget {
  readonly id: TargetId
  /** Refuses at once what cannot work here. Throws `bad-input`. */
  check(spec: DeploymentSpec): void
  /** Where it will be, known before anything is done; enough for `remove` to find what a killed `apply` left behind. */
  firstHandle(spec: DeploymentSpec): Handle
  /** Looks, and changes nothing. */
  plan(spec: DeploymentSpec, signal?: AbortSignal): Promise<Omit<Plan, 'target'>>
  /**
   * Deploys and waits until it is ready and its golden rows agree. What is live already serves until then at the same
   * address, and goes on doing so when this throws.
   */
  apply(spec: DeploymentSpec, context: TargetContext): Promise<Applied>
  /** The state now. Throws when it cannot be told. */
  observe(place: Place, signal: AbortSignal): Promise<Observed>
  /** Base URL of each ready replica, reachable from this machine. */
  endpoints(place: Place, signal?: AbortSignal): Promise<string[]>
  /** What a replica wrote. Throws `not-found` where there is none. */
  logs(place: Place, request: LogRequest, signal?: AbortSignal): Promise<ServiceLog>
  remove(place: Place, context: Pick<TargetContext, 'signal' | 'progress' | 'log'>): Promise<void>
}
