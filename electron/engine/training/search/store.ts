import type { Search, Trial } from '../../../../shared/model/search.ts'
import type { Registry } from '../../registry/index.ts'

interface TrialRow {
  trial: number
  algorithm: string
  parameters: string
  share: number
  status: Trial['status']
  score: number | null
  startedAfter: number
  seconds: number | null
  error: string | null
}

/** All SQL of searches. */
export class SearchStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** A new search, or what it now is. */
  put(search: Search): void {
    this.#registry.database
      .prepare(
        `INSERT INTO searches (search, document, created_at) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET document = excluded.document`,
      )
      .run(search.search, JSON.stringify(search), search.createdAt)
  }

  get(search: string): Search | null {
    return this.#select('WHERE search = ?', search)[0] ?? null
  }

  /** Newest first. */
  list(limit: number): Search[] {
    return this.#select('ORDER BY created_at DESC, search DESC LIMIT ?', limit)
  }

  #select(rest: string, value: string | number): Search[] {
    const rows = this.#registry.database
      .prepare(
        `SELECT document, (SELECT count(*) FROM trials WHERE trials.search = searches.search AND status <> 'running') AS ended
         FROM searches ${rest}`,
      )
      .all(value) as { document: string; ended: number }[]
    return rows.map(({ document, ended }) => ({ ...(JSON.parse(document) as Search), trialsEnded: ended }))
  }

  /** A trial of the same number takes the place. */
  putTrial(search: string, { parameters, error, ...trial }: Trial): void {
    this.#registry.database
      .prepare(
        `INSERT OR REPLACE INTO trials (search, trial, algorithm, parameters, share, status, score, started_after, seconds, error)
         VALUES (:search, :trial, :algorithm, :parameters, :share, :status, :score, :startedAfter, :seconds, :error)`,
      )
      .run({ search, ...trial, parameters: JSON.stringify(parameters), error: error && JSON.stringify(error) })
  }

  /** Trials that were running when their search ended run no more. */
  stopTrials(search: string): void {
    this.#registry.database
      .prepare("UPDATE trials SET status = 'stopped' WHERE search = ? AND status = 'running'")
      .run(search)
  }

  /** Leaves the first so many. */
  keepTrials(search: string, first: number): void {
    this.#registry.database.prepare('DELETE FROM trials WHERE search = ? AND trial >= ?').run(search, first)
  }

  trials(search: string): Trial[] {
    const rows = this.#registry.database
      .prepare(
        `SELECT trial, algorithm, parameters, share, status, score, started_after AS startedAfter, seconds, error
         FROM trials WHERE search = ? ORDER BY trial`,
      )
      .all(search) as TrialRow[]
    return rows.map(({ parameters, error, ...row }) => ({
      ...row,
      parameters: JSON.parse(parameters) as Trial['parameters'],
      error: error === null ? null : (JSON.parse(error) as Trial['error']),
    }))
  }
}
