import type { Check } from '../../../../shared/model/check.ts'
import type { Registry } from '../../registry/index.ts'

/** All SQL of checks. */
export class CheckStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  insert(check: Check): void {
    this.#registry.database
      .prepare('INSERT INTO checks (check_id, dataset, target, document, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(check.check, check.dataset, check.target, JSON.stringify(check), check.createdAt)
  }

  get(check: string): Check | null {
    return this.#select('WHERE check_id = ?', check)[0] ?? null
  }

  /** Newest first. */
  list(): Check[] {
    return this.#select('')
  }

  ofDataset(dataset: string): Check[] {
    return this.#select('WHERE dataset = ?', dataset)
  }

  remove(check: string): void {
    this.#registry.database.prepare('DELETE FROM checks WHERE check_id = ?').run(check)
  }

  #select(where: string, ...values: string[]): Check[] {
    const rows = this.#registry.database
      .prepare(`SELECT document FROM checks ${where} ORDER BY created_at DESC, check_id DESC`)
      .all(...values) as { document: string }[]
    return rows.map(({ document }) => JSON.parse(document) as Check)
  }
}
