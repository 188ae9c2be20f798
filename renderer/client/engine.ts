import { createLatheClient, type LatheClient, subscribe } from '../../shared/contract/client.ts'
import type { StreamEvent } from '../../shared/contract/events.ts'

/** The engine behind this page: same origin, so that cookie (browser) or shell (desktop) carries the token. */
export const engine: LatheClient = createLatheClient({ url: window.location.origin })

/** Listens until `signal` aborts; comes back by itself after a lost connection. */
export function listen(options: {
  onEvent(event: StreamEvent): void
  onConnection(isConnected: boolean): void
  signal: AbortSignal
}): Promise<void> {
  return subscribe(engine, options)
}
