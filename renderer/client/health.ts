import type { Endpoint, Lately } from '../../shared/model/monitoring.ts'

/** More refused or failed requests than this share is said before anything about columns. */
const manyErrors = 0.05

export interface Health {
  state: 'down' | 'failing' | 'drift' | 'unknown' | 'few' | 'sound'
  tone: 'good' | 'bad' | 'warn' | 'soft'
}

const ranks: Record<Health['state'], number> = { down: 0, failing: 1, drift: 2, unknown: 3, few: 4, sound: 5 }

export function errorShare({ requests, errors }: { requests: number; errors: number }): number {
  return errors ? errors / (requests + errors) : 0
}

/** How an endpoint is, worst thing first. `lately` is null while it is not known. */
export function healthOf(endpoint: Endpoint, lately: Lately | null): Health {
  if (endpoint.status === 'down') return { state: 'down', tone: 'bad' }
  if (lately && errorShare(lately.lastHour) > manyErrors) return { state: 'failing', tone: 'bad' }
  if (lately?.drift?.drifted.length) return { state: 'drift', tone: 'warn' }
  if (!lately || endpoint.status === 'unknown') return { state: 'unknown', tone: 'soft' }
  return lately.drift?.enoughRows ? { state: 'sound', tone: 'good' } : { state: 'few', tone: 'soft' }
}

export interface Watched {
  endpoint: Endpoint
  lately: Lately | null
  health: Health
}

/** Down, failing, drifted (most columns first), then the rest; the slower p95 first among equals. */
export function worstFirst(endpoints: readonly Endpoint[], lately: readonly Lately[] | null): Watched[] {
  const byName = new Map(lately?.map(each => [each.endpoint, each]))
  const watched = endpoints.map(endpoint => {
    const own = byName.get(endpoint.endpoint) ?? null
    return { endpoint, lately: own, health: healthOf(endpoint, own) }
  })
  const drifted = ({ lately: own }: Watched) => own?.drift?.drifted.length ?? 0
  const slow = ({ lately: own }: Watched) => own?.lastHour.latencyMs?.p95.value ?? 0
  return watched.sort(
    (a, b) => ranks[a.health.state] - ranks[b.health.state] || drifted(b) - drifted(a) || slow(b) - slow(a),
  )
}
