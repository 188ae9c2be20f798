import { join } from 'node:path'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import type { DriftWindow } from '../../../shared/inference/drift-window.ts'
import { rollUp } from './windows.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Windows older than `afterMs` are put together into ones of `spanMs`. */
const levels = [
  { afterMs: 2 * hour, spanMs: 15 * minute },
  { afterMs: 2 * day, spanMs: hour },
] as const
const keepMs = 90 * day

export interface WindowQuery {
  bundleDigest: string
  fromMs?: number
  toMs?: number
}

/** A window without what it counted of columns: cheap to read for any span of time. */
export interface WindowHead {
  bundleDigest: string
  replica: string
  boot: string
  startMs: number
  spanMs: number
  sequence: number
  rows: number
  errors: number
  latency: number[]
}

interface Row {
  document: string
}

/**
 * The windows that watched servers counted: `monitoring.sqlite`, apart from the registry because a lost minute here is
 * no loss. A window is known by (endpoint, bundle, replica, boot, start); taking the same one twice changes nothing, of
 * two copies the one with the higher sequence stays.
 */
export class WindowStore {
  readonly #database: Database
  #generation = 0

  constructor(workspace: string) {
    this.#database = new BetterSqlite3(join(workspace, 'monitoring.sqlite'))
    this.#database.pragma('journal_mode = WAL')
    this.#database.pragma('synchronous = NORMAL')
    this.#database.pragma('busy_timeout = 5000')
    this.#dropFirstLayout()
    this.#database.exec(`
CREATE TABLE IF NOT EXISTS windows (
  endpoint TEXT NOT NULL,
  bundle_digest TEXT NOT NULL,
  replica TEXT NOT NULL,
  boot TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  span_ms INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  latency TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (endpoint, bundle_digest, replica, boot, start_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS windows_by_time ON windows (start_ms);
CREATE INDEX IF NOT EXISTS heads_by_time ON windows
  (endpoint, start_ms, span_ms, bundle_digest, replica, boot, sequence, rows, errors, latency);
`)
  }

  /**
   * The first layout had no `latency`, which stands before the long document so that traffic is read without it. What it
   * held is let go: servers tell their last 90 days again at the next look.
   */
  #dropFirstLayout(): void {
    const columns = this.#database.pragma('table_info(windows)') as { name: string }[]
    if (columns.length && !columns.some(({ name }) => name === 'latency')) this.#database.exec('DROP TABLE windows')
  }

  /**
   * Takes windows in; gives how many changed something, and those whose counts shrank though their sequence rose
   * (a server that does not keep its word): they are not taken.
   */
  merge(endpoint: string, bundleDigest: string, windows: readonly DriftWindow[]): { changed: number; shrunk: number } {
    const overlapping = this.#database.prepare(
      `SELECT start_ms AS startMs, span_ms AS spanMs, sequence, rows FROM windows
       WHERE endpoint = ? AND bundle_digest = ? AND replica = ? AND boot = ? AND start_ms < ? AND start_ms + span_ms > ?`,
    )
    const remove = this.#database.prepare(
      'DELETE FROM windows WHERE endpoint = ? AND bundle_digest = ? AND replica = ? AND boot = ? AND start_ms = ?',
    )
    let changed = 0
    let shrunk = 0
    this.#database.transaction(() => {
      for (const window of windows) {
        const { replica, boot, startMs, spanMs } = window
        const key = [endpoint, bundleDigest, replica, boot] as const
        const known = overlapping.all(...key, startMs + spanMs, startMs) as {
          startMs: number
          spanMs: number
          sequence: number
          rows: number
        }[]
        // A longer window of ours holds this one already: it was rolled up after the server had closed it.
        if (known.some(other => other.spanMs > spanMs)) continue
        const rows = known.reduce((total, other) => total + other.rows, 0)
        const same = known.find(other => other.spanMs === spanMs)
        if (same && window.sequence <= same.sequence) continue
        if (window.rows < rows) {
          shrunk += 1
          continue
        }
        for (const other of known) remove.run(...key, other.startMs)
        this.#put(endpoint, bundleDigest, window)
        changed += 1
      }
    })()
    return { changed, shrunk }
  }

  #put(endpoint: string, bundleDigest: string, window: DriftWindow): void {
    this.#database
      .prepare(
        `INSERT INTO windows (endpoint, bundle_digest, replica, boot, start_ms, span_ms, sequence, rows, errors, latency, document)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        endpoint,
        bundleDigest,
        window.replica,
        window.boot,
        window.startMs,
        window.spanMs,
        window.sequence,
        window.rows,
        window.errors,
        JSON.stringify(window.latency),
        JSON.stringify(window),
      )
  }

  /** Windows of one endpoint and model that touch the span of time, by start. */
  list(endpoint: string, query: WindowQuery): DriftWindow[] {
    const rows = this.#database
      .prepare(
        `SELECT document FROM windows WHERE endpoint = ? AND bundle_digest = ? AND start_ms < ? AND start_ms + span_ms > ?
         ORDER BY start_ms`,
      )
      .all(endpoint, query.bundleDigest, query.toMs ?? Number.MAX_SAFE_INTEGER, query.fromMs ?? -1) as Row[]
    return rows.map(row => JSON.parse(row.document) as DriftWindow)
  }

  /** Windows of every model that the endpoint served, without their columns, that touch the span of time; by start. */
  heads(endpoint: string, { fromMs, toMs }: { fromMs?: number; toMs?: number } = {}): WindowHead[] {
    const rows = this.#database
      .prepare(
        `SELECT bundle_digest AS bundleDigest, replica, boot, start_ms AS startMs, span_ms AS spanMs, sequence, rows, errors, latency
         FROM windows WHERE endpoint = ? AND start_ms < ? AND start_ms + span_ms > ? ORDER BY start_ms`,
      )
      .all(endpoint, toMs ?? Number.MAX_SAFE_INTEGER, fromMs ?? -1) as (Omit<WindowHead, 'latency'> & {
      latency: string
    })[]
    return rows.map(row => ({ ...row, latency: JSON.parse(row.latency) as number[] }))
  }

  /** One whole window; null when it was put together with others since. */
  window(endpoint: string, { bundleDigest, replica, boot, startMs }: WindowHead): DriftWindow | null {
    const document = this.#database
      .prepare(
        'SELECT document FROM windows WHERE endpoint = ? AND bundle_digest = ? AND replica = ? AND boot = ? AND start_ms = ?',
      )
      .pluck()
      .get(endpoint, bundleDigest, replica, boot, startMs) as string | undefined
    return document === undefined ? null : (JSON.parse(document) as DriftWindow)
  }

  /** Changes whenever windows were put together or forgotten: what was read before and after does not fit together. */
  get generation(): number {
    return this.#generation
  }

  /** Start of the newest window; null when there is none. */
  newestStart(endpoint: string, bundleDigest: string): number | null {
    return this.#database
      .prepare('SELECT max(start_ms) FROM windows WHERE endpoint = ? AND bundle_digest = ?')
      .pluck()
      .get(endpoint, bundleDigest) as number | null
  }

  /** Start of the oldest window of any model; null when there is none. */
  oldestStart(endpoint: string): number | null {
    return this.#database.prepare('SELECT min(start_ms) FROM windows WHERE endpoint = ?').pluck().get(endpoint) as
      | number
      | null
  }

  totals(endpoint: string, bundleDigest: string): { rows: number; errors: number } {
    return this.#database
      .prepare(
        `SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(errors), 0) AS errors FROM windows
         WHERE endpoint = ? AND bundle_digest = ?`,
      )
      .get(endpoint, bundleDigest) as { rows: number; errors: number }
  }

  forget(endpoint: string): void {
    this.#generation += 1
    this.#database.prepare('DELETE FROM windows WHERE endpoint = ?').run(endpoint)
  }

  /**
   * Puts old windows together: 1 minute for 2 hours, 15 minutes for 2 days, 1 hour for 90 days. The newest window of a
   * (replica, boot) keeps its bucket open, so that minutes that arrive after an outage are not lost.
   */
  tidy(nowMs: number): void {
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM windows WHERE start_ms < ?').run(nowMs - keepMs)
      for (const level of levels) this.#rollLevel(nowMs, level)
    })()
  }

  #rollLevel(nowMs: number, { afterMs, spanMs }: (typeof levels)[number]): void {
    const buckets = this.#database
      .prepare(
        `SELECT endpoint, bundle_digest AS bundleDigest, replica, boot, start_ms - start_ms % @span AS bucket
         FROM windows AS old
         WHERE span_ms < @span AND start_ms - start_ms % @span + @span <= @before
         GROUP BY 1, 2, 3, 4, 5
         HAVING bucket + @span <= (SELECT max(start_ms) FROM windows AS newest
           WHERE newest.endpoint = old.endpoint AND newest.bundle_digest = old.bundle_digest
             AND newest.replica = old.replica AND newest.boot = old.boot)`,
      )
      .all({ span: spanMs, before: nowMs - afterMs }) as {
      endpoint: string
      bundleDigest: string
      replica: string
      boot: string
      bucket: number
    }[]
    const where =
      'endpoint = ? AND bundle_digest = ? AND replica = ? AND boot = ? AND start_ms >= ? AND start_ms < ? AND span_ms <= ?'
    if (buckets.length) this.#generation += 1
    const select = this.#database.prepare(`SELECT document FROM windows WHERE ${where}`)
    const remove = this.#database.prepare(`DELETE FROM windows WHERE ${where}`)
    for (const { endpoint, bundleDigest, replica, boot, bucket } of buckets) {
      const key = [endpoint, bundleDigest, replica, boot, bucket, bucket + spanMs, spanMs] as const
      const windows = (select.all(...key) as Row[]).map(row => JSON.parse(row.document) as DriftWindow)
      remove.run(...key)
      this.#put(endpoint, bundleDigest, rollUp(windows, bucket, spanMs))
    }
  }

  close(): void {
    this.#database.close()
  }
}
