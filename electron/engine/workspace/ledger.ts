import type { ConnectionCounts, ConnectionLine } from '../../../shared/model/workspace.ts'
import type { Logger } from '../base/index.ts'
import type { Registry } from '../registry/index.ts'

const hourMs = 3_600_000
/** Counts are gathered this long before they are written. */
const gatherMs = 1000
const longestWhy = 200

interface LedgerOptions {
  registry: Registry
  logger: Logger
  /** How many lines are kept, the newest. */
  lines?: number
}

/** The ledger of connections: what this workspace's processes connected to, why, and how many bytes went each way. */
export class ConnectionLedger {
  readonly #registry: Registry
  readonly #logger: Logger
  readonly #lines: number
  readonly #gathered = new Map<string, ConnectionLine & { hour: number }>()
  #timer: NodeJS.Timeout | null = null

  constructor({ registry, logger, lines = 10_000 }: LedgerOptions) {
    this.#registry = registry
    this.#logger = logger
    this.#lines = lines
  }

  /** `cause`: the title of the job that connected, where it was one. */
  add(counts: ConnectionCounts, cause?: string): void {
    const { at, host, port, isLocal, made, failed, refused, sentBytes, receivedBytes } = counts
    const why = (cause ? `${counts.why}: ${cause}` : counts.why).slice(0, longestWhy)
    const hour = Math.floor(at / hourMs)
    const key = JSON.stringify([hour, host, port, why])
    const empty = { made: 0, failed: 0, refused: 0, sentBytes: 0, receivedBytes: 0 }
    const line = this.#gathered.get(key) ?? { hour, host, port, why, isLocal, firstAt: at, lastAt: at, ...empty }
    line.lastAt = Math.max(line.lastAt, at)
    line.made += made
    line.failed += failed
    line.refused += refused
    line.sentBytes += sentBytes
    line.receivedBytes += receivedBytes
    this.#gathered.set(key, line)
    this.#timer ??= setTimeout(() => this.flush(), gatherMs).unref()
  }

  /** Newest first. */
  list(limit: number): { connections: ConnectionLine[]; total: number } {
    this.flush()
    const { database } = this.#registry
    const rows = database
      .prepare(
        `SELECT first_at AS firstAt, last_at AS lastAt, host, port, why, is_local AS isLocal, made, failed, refused,
                sent_bytes AS sentBytes, received_bytes AS receivedBytes
         FROM connections ORDER BY last_at DESC, line DESC LIMIT ?`,
      )
      .all(limit) as (Omit<ConnectionLine, 'isLocal'> & { isLocal: number })[]
    const total = database.prepare('SELECT count(*) FROM connections').pluck().get() as number
    return { connections: rows.map(row => ({ ...row, isLocal: row.isLocal === 1 })), total }
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#gathered.size === 0 || !this.#registry.database.open) return
    try {
      this.#registry.transaction(() => this.#write())
      this.#gathered.clear()
    } catch (error) {
      // A full disk: what was gathered is written with what comes next.
      this.#logger.error({ err: error }, 'the ledger of connections could not be written')
    }
  }

  #write(): void {
    const { database } = this.#registry
    const add = database.prepare(
      `INSERT INTO connections
         (hour, host, port, why, is_local, made, failed, refused, sent_bytes, received_bytes, first_at, last_at)
       VALUES (@hour, @host, @port, @why, @isLocal, @made, @failed, @refused, @sentBytes, @receivedBytes, @firstAt, @lastAt)
       ON CONFLICT (hour, host, port, why) DO UPDATE SET
         made = made + excluded.made, failed = failed + excluded.failed, refused = refused + excluded.refused,
         sent_bytes = sent_bytes + excluded.sent_bytes, received_bytes = received_bytes + excluded.received_bytes,
         last_at = max(last_at, excluded.last_at)`,
    )
    for (const line of this.#gathered.values()) add.run({ ...line, isLocal: line.isLocal ? 1 : 0 })
    database.prepare('DELETE FROM connections WHERE line <= (SELECT max(line) FROM connections) - ?').run(this.#lines)
  }
}
