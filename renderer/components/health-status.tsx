import type { Health, Watched } from '../client/health.ts'

const words: Record<Health['state'], string> = {
  down: 'down',
  failing: 'many errors',
  drift: 'drift',
  unknown: 'not known yet',
  few: 'too few rows to tell',
  sound: 'no drift',
}

/** How an endpoint is, in words; why, where it said so, as the title. */
export function HealthStatus({ of: { endpoint, health } }: { of: Pick<Watched, 'endpoint' | 'health'> }) {
  return (
    <span className={`status ${health.tone}`} title={endpoint.message ?? undefined}>
      {words[health.state]}
    </span>
  )
}
