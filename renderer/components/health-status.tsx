import type { Watched } from '../client/health.ts'
import { texts } from './texts.ts'

/** How an endpoint is, in words; why, where it said so, as the title. */
export function HealthStatus({ of: { endpoint, health } }: { of: Pick<Watched, 'endpoint' | 'health'> }) {
  return (
    <span className={`status ${health.tone}`} title={endpoint.message ?? undefined}>
      {texts.health[health.state]}
    </span>
  )
}
