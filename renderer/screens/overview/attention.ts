import type { Deployment } from '../../../shared/model/deployment.ts'
import type { Job } from '../../../shared/model/job.ts'
import type { Watched } from '../../client/health.ts'
import { texts } from './texts.ts'

export interface Attention {
  key: string
  tone: 'bad' | 'warn'
  name: string
  /** Its page: a room, then what it is called there. */
  to: [room: string, id: string]
  what: string
  /** What the engine says of it, and what would mend it. */
  detail: string
}

const dayMs = 86_400_000
const troubled = new Set<Deployment['status']>(['failed', 'degraded', 'interrupted'])

/** What a person should look at before anything else, worst first: services, then what runs them, then jobs that came to nothing within a day. */
export function attentionTo(
  known: { watched: readonly Watched[]; deployments: readonly Deployment[]; jobs: readonly Job[] },
  now: number,
): Attention[] {
  const all = [
    ...known.watched.flatMap(ofEndpoint),
    ...known.deployments.filter(({ status }) => troubled.has(status)).map(ofDeployment),
    ...known.jobs.filter(job => cameToNothing(job, known.jobs, now)).map(ofJob),
  ]
  return all.sort((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'))
}

function ofEndpoint({ endpoint: { endpoint, message, drifted }, lately, health }: Watched): Attention[] {
  if (health.tone !== 'bad' && health.tone !== 'warn') return []
  const columns = lately?.drift?.drifted ?? drifted ?? []
  const isDrift = health.state === 'drift'
  return [
    {
      key: `endpoint ${endpoint}`,
      tone: health.tone,
      name: endpoint,
      to: ['monitor', endpoint],
      what: isDrift ? texts.drifted(columns.length) : health.state === 'down' ? texts.down : texts.failing,
      detail: isDrift ? columns.join(', ') : (message ?? ''),
    },
  ]
}

function ofDeployment({ deployment, status, error }: Deployment): Attention {
  return {
    key: `deployment ${deployment}`,
    tone: status === 'failed' ? 'bad' : 'warn',
    name: deployment,
    to: ['deploy', deployment],
    what: status,
    detail: told(error),
  }
}

function ofJob({ job, title, status, error }: Job): Attention {
  return {
    key: `job ${job}`,
    tone: status === 'failed' ? 'bad' : 'warn',
    name: title,
    to: ['pipelines', job],
    what: status,
    detail: told(error),
  }
}

const told = (error: Job['error']) => [error?.message.replace(/\.$/, ''), error?.mend].filter(Boolean).join('. ')

/** Failed or interrupted lately, and not done since. */
function cameToNothing({ status, endedAt, title, createdAt }: Job, jobs: readonly Job[], now: number): boolean {
  if ((status !== 'failed' && status !== 'interrupted') || (endedAt ?? createdAt) < now - dayMs) return false
  return !jobs.some(other => other.title === title && other.status === 'done' && other.createdAt > createdAt)
}
