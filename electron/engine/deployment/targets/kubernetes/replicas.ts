import type { Replica } from '../../../../../shared/model/deployment.ts'
import { endedWith } from '../readiness.ts'
import { isReady, type Pod } from './rollout.ts'

/** What a container waits for in the usual course of its start. */
const usualWaits = new Set(['ContainerCreating', 'PodInitializing'])

/** A pod as a replica: its state, and in the cluster's own words why it is not ready. */
export function replicaOf(pod: Pod): Replica {
  const [container] = pod.status?.containerStatuses ?? []
  const [imageDigest = null] = /sha256:[0-9a-f]{64}$/.exec(container?.imageID ?? '') ?? []
  const seen = { name: pod.metadata.name, restarts: container?.restartCount ?? 0, imageDigest }
  return isReady(pod) ? { ...seen, state: 'ready', reason: null } : { ...seen, ...whyNotReady(pod) }
}

function whyNotReady({ status }: Pod): Pick<Replica, 'state' | 'reason'> {
  const [container] = status?.containerStatuses ?? []
  const { waiting, terminated = container?.lastState?.terminated } = container?.state ?? {}
  const ended = terminated && endedWith(terminated.exitCode, terminated.reason, terminated.message)
  const unscheduled = status?.conditions?.find(each => each.type === 'PodScheduled' && each.status === 'False')
  if (status?.phase === 'Failed') return { state: 'failing', reason: said(status.reason, status.message) }
  if (unscheduled) return { state: 'failing', reason: said(unscheduled.reason, unscheduled.message) }
  if (waiting?.reason === 'CrashLoopBackOff') return { state: 'failing', reason: said(waiting.reason, ended) }
  if (waiting && !usualWaits.has(waiting.reason ?? '')) {
    return { state: 'failing', reason: said(waiting.reason, waiting.message) }
  }
  if (waiting) return { state: 'starting', reason: said(waiting.reason, waiting.message) }
  if (container?.state?.terminated) return { state: 'failing', reason: ended ?? null }
  return { state: 'starting', reason: said('Its server is not ready yet', ended && `before, it ${ended}`) }
}

function said(...parts: (string | undefined)[]): string | null {
  return parts.filter(Boolean).join(': ') || null
}
