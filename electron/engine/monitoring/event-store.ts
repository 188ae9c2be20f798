import type { EndpointEvent } from '../../../shared/model/monitoring.ts'
import type { Registry } from '../registry/index.ts'

/** Events that the engine saw itself, kept an endpoint; what a person marked is never removed for others. */
const keptSeen = 500

type StoredEvent = EndpointEvent & { event: number }

/** What happened to endpoints: the registry's table of it. Events go with their endpoint. */
export class EventStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  add({ endpoint, at, kind, text }: Omit<EndpointEvent, 'event'>): StoredEvent {
    return this.#registry.transaction(() => {
      const { lastInsertRowid } = this.#registry.database
        .prepare('INSERT INTO endpoint_events (endpoint, at, kind, text) VALUES (?, ?, ?, ?)')
        .run(endpoint, at, kind, text)
      if (kind !== 'mark') this.#dropOldest(endpoint)
      return { event: Number(lastInsertRowid), endpoint, at, kind, text }
    })
  }

  #dropOldest(endpoint: string): void {
    this.#registry.database
      .prepare(
        `DELETE FROM endpoint_events WHERE event IN (
           SELECT event FROM endpoint_events WHERE endpoint = ? AND kind <> 'mark' ORDER BY event DESC LIMIT -1 OFFSET ?)`,
      )
      .run(endpoint, keptSeen)
  }

  /** Newest first. */
  list(endpoint: string): StoredEvent[] {
    return this.#registry.database
      .prepare(
        'SELECT event, endpoint, at, kind, text FROM endpoint_events WHERE endpoint = ? ORDER BY at DESC, event DESC',
      )
      .all(endpoint) as StoredEvent[]
  }

  get(endpoint: string, event: number): StoredEvent | null {
    const row = this.#registry.database
      .prepare('SELECT event, endpoint, at, kind, text FROM endpoint_events WHERE endpoint = ? AND event = ?')
      .get(endpoint, event)
    return (row as StoredEvent | undefined) ?? null
  }

  remove(event: number): void {
    this.#registry.database.prepare('DELETE FROM endpoint_events WHERE event = ?').run(event)
  }
}
