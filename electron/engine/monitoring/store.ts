import type { Endpoint } from '../../../shared/model/monitoring.ts'
import type { Registry } from '../registry/index.ts'

/** What is watched: the endpoint as it is shown, and how it is reached. */
export interface WatchRecord {
  endpoint: Endpoint
  /** Set when a deployment is watched: its replicas' addresses are asked for anew at each round. */
  deployment: string | null
  /** Of the server's latency counts, as it last told them; absent before the first answer. */
  latencyBoundsMs?: number[]
}

/** The registry's part of monitoring: the table of endpoints. The windows lie in `window-store.ts`. */
export class EndpointStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  get(name: string): WatchRecord | null {
    const row = this.#registry.database.prepare('SELECT document FROM endpoints WHERE name = ?').get(name)
    return row ? (JSON.parse((row as { document: string }).document) as WatchRecord) : null
  }

  /** Newest first. */
  list(): WatchRecord[] {
    const rows = this.#registry.database
      .prepare('SELECT document FROM endpoints ORDER BY created_at DESC, name')
      .all() as { document: string }[]
    return rows.map(row => JSON.parse(row.document) as WatchRecord)
  }

  put(record: WatchRecord): void {
    this.#registry.database
      .prepare(
        `INSERT INTO endpoints (name, document, created_at) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET document = excluded.document`,
      )
      .run(record.endpoint.endpoint, JSON.stringify(record), record.endpoint.createdAt)
  }

  remove(name: string): void {
    this.#registry.database.prepare('DELETE FROM endpoints WHERE name = ?').run(name)
  }
}
