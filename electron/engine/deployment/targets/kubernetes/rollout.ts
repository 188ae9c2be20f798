import { AppError } from '../../../../../shared/errors.ts'
import type { Cluster } from '../../../clients/index.ts'
import { pause } from '../readiness.ts'
import type { TargetContext } from '../target.ts'
import { type Names, paths } from './objects.ts'

export interface Pod {
  metadata: { name: string; deletionTimestamp?: string; annotations?: Record<string, string> }
  status?: {
    phase?: string
    reason?: string
    message?: string
    podIP?: string
    conditions?: { type: string; status: string; reason?: string; message?: string }[]
    containerStatuses?: {
      ready: boolean
      restartCount: number
      imageID?: string
      state?: { waiting?: { reason?: string; message?: string }; terminated?: Terminated }
      lastState?: { terminated?: Terminated }
    }[]
  }
}

interface Terminated {
  exitCode: number
  reason?: string
  message?: string
}

export interface DeploymentState {
  metadata: { generation?: number; labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: { replicas?: number }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
    conditions?: { type: string; status: string; reason?: string; message?: string }[]
  }
}

const rolloutTimeoutMs = 300_000
/** A first failed pull may be a hiccup, a pod without a node a slow autoscaler: so long they may last. */
const pullPatienceMs = 4_000
const schedulingPatienceMs = 60_000

const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
])

export function isReady(pod: Pod): boolean {
  const isGoing = pod.metadata.deletionTimestamp !== undefined
  return !isGoing && pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
}

/** The pods of a deployment that are not on their way out. */
export async function listPods(cluster: Cluster, names: Names, signal?: AbortSignal): Promise<Pod[]> {
  const pods = await cluster.list<Pod>(paths.pods(names), names.selector, signal)
  return pods.filter(pod => pod.metadata.deletionTimestamp === undefined)
}

/** Waits until all replicas are new and ready; throws as soon as a pod shows why they will not be. */
export async function waitForRollout(
  cluster: Cluster,
  names: Names,
  wanted: number,
  context: TargetContext,
): Promise<void> {
  const started = Date.now()
  const firstSeen = new Map<string, number>()
  const seenFor = (key: string) => {
    const first = firstSeen.get(key) ?? Date.now()
    firstSeen.set(key, first)
    return Date.now() - first
  }
  while (Date.now() - started < rolloutTimeoutMs) {
    const state = await cluster.object<DeploymentState>(paths.deployment(names), { signal: context.signal })
    if (!state) throw new AppError('not-found', `Somebody removed the Deployment ${names.namespace}/${names.name}`)
    const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = state.status ?? {}
    const isSeen = observedGeneration >= (state.metadata.generation ?? 0)
    context.progress(
      0.3 + (0.6 * Math.min(updatedReplicas, availableReplicas)) / wanted,
      `${availableReplicas} of ${wanted} replicas ready`,
    )
    if (isSeen && updatedReplicas === wanted && availableReplicas === wanted && replicas === wanted) return
    for (const pod of await listPods(cluster, names, context.signal)) {
      await refuseHopeless(cluster, names, pod, seenFor)
    }
    await pause(400, context.signal)
  }
  throw new AppError('not-ready', `${names.namespace}/${names.name} was not ready within ${rolloutTimeoutMs / 1000} s`)
}

async function refuseHopeless(
  cluster: Cluster,
  names: Names,
  pod: Pod,
  seenFor: (key: string) => number,
): Promise<void> {
  const { name } = pod.metadata
  const [container] = pod.status?.containerStatuses ?? []
  const { reason = '', message = '' } = container?.state?.waiting ?? {}
  if (pullReasons.has(reason) && (reason !== 'ErrImagePull' || seenFor(`${name} pull`) > pullPatienceMs)) {
    throw new AppError('image-pull-failed', `Pod ${name} cannot get its image: ${message || reason}`, {
      mend: 'Push the image to a registry that the cluster reaches, and check the name and the pull secret.',
    })
  }
  if (reason === 'CreateContainerConfigError' || reason === 'CreateContainerError' || reason === 'RunContainerError') {
    if (seenFor(`${name} create`) > pullPatienceMs) {
      throw new AppError('not-ready', `Pod ${name} cannot start its container: ${message || reason}`)
    }
  }
  if (container && container.restartCount >= 1 && reason === 'CrashLoopBackOff') {
    const log = await cluster.call(`${paths.pods(names)}/${name}/log`, { query: { previous: 'true', tailLines: '12' } })
    const lastWords = log.status === 200 ? log.body.toString('utf8').trim().slice(-2000) : ''
    const { message: last, reason: lastReason } = container.lastState?.terminated ?? {}
    const why = [last, lastWords].filter(Boolean).join(': ') || lastReason || 'it said nothing'
    throw new AppError('not-ready', `The server in pod ${name} ends again and again: ${why}`)
  }
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (unscheduled && seenFor(`${name} schedule`) > schedulingPatienceMs) {
    throw new AppError('not-ready', `Pod ${name} finds no node: ${unscheduled.message ?? unscheduled.reason}`, {
      mend: 'Ask for fewer replicas, or make room in the cluster.',
    })
  }
}
