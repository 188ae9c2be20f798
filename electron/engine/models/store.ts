import type { AliasChange, ModelVersion } from '../../../shared/model/model.ts'
import type { Registry } from '../registry/index.ts'

/** A version as it is written down: its aliases lie in a table of their own. */
export type StoredVersion = Omit<ModelVersion, 'aliases'>

/** All SQL of the models domain. */
export class ModelStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** Gives the next number of the model, which is made when it is new. Inside a transaction. */
  insert(version: Omit<StoredVersion, 'version'>): StoredVersion {
    const { database } = this.#registry
    const { model, bundleDigest, run, createdAt } = version
    database.prepare('INSERT OR IGNORE INTO models (name, created_at) VALUES (?, ?)').run(model, createdAt)
    const next = database
      .prepare('SELECT coalesce(max(version), 0) + 1 FROM model_versions WHERE model = ?')
      .pluck()
      .get(model) as number
    const stored: StoredVersion = { ...version, version: next }
    database
      .prepare(
        'INSERT INTO model_versions (model, version, bundle_digest, run, document, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(model, next, bundleDigest, run, JSON.stringify(stored), createdAt)
    return stored
  }

  /** The newest version when none is named; null when there is none. */
  get(model: string, version?: number): ModelVersion | null {
    const { database } = this.#registry
    const text =
      version === undefined
        ? database
            .prepare('SELECT document FROM model_versions WHERE model = ? ORDER BY version DESC LIMIT 1')
            .pluck()
            .get(model)
        : database
            .prepare('SELECT document FROM model_versions WHERE model = ? AND version = ?')
            .pluck()
            .get(model, version)
    return text === undefined ? null : this.#withAliases(JSON.parse(text as string) as StoredVersion)
  }

  /** The version of a run under a name, when it was registered before. */
  ofRun(model: string, run: string): ModelVersion | null {
    const version = this.#registry.database
      .prepare('SELECT version FROM model_versions WHERE model = ? AND run = ? ORDER BY version LIMIT 1')
      .pluck()
      .get(model, run) as number | undefined
    return version === undefined ? null : this.get(model, version)
  }

  /** The version that an alias names; null when it is unset. */
  aliased(model: string, alias: string): number | null {
    const version = this.#registry.database
      .prepare('SELECT version FROM aliases WHERE model = ? AND alias = ?')
      .pluck()
      .get(model, alias) as number | undefined
    return version ?? null
  }

  list(): ModelVersion[] {
    const texts = this.#registry.database
      .prepare('SELECT document FROM model_versions ORDER BY created_at DESC, model, version DESC')
      .pluck()
      .all() as string[]
    return texts.map(text => this.#withAliases(JSON.parse(text) as StoredVersion))
  }

  names(): string[] {
    return this.#registry.database.prepare('SELECT name FROM models ORDER BY name').pluck().all() as string[]
  }

  /** Points the alias and writes that down. Inside a transaction. */
  moveAlias(change: AliasChange & { to: number }): void {
    const { database } = this.#registry
    database
      .prepare(
        'INSERT INTO aliases (model, alias, version) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version',
      )
      .run(change.model, change.alias, change.to)
    this.#insertChange(change)
  }

  /** Unsets the alias and writes that down. Inside a transaction. */
  removeAlias(change: AliasChange & { to: null }): void {
    const { database } = this.#registry
    database.prepare('DELETE FROM aliases WHERE model = ? AND alias = ?').run(change.model, change.alias)
    this.#insertChange(change)
  }

  #insertChange(change: AliasChange): void {
    this.#registry.database
      .prepare('INSERT INTO alias_changes (model, document, at) VALUES (?, ?, ?)')
      .run(change.model, JSON.stringify(change), change.at)
  }

  /** Newest first. */
  aliasHistory(model: string): AliasChange[] {
    const texts = this.#registry.database
      .prepare('SELECT document FROM alias_changes WHERE model = ? ORDER BY change DESC')
      .pluck()
      .all(model) as string[]
    return texts.map(text => JSON.parse(text) as AliasChange)
  }

  #withAliases(stored: StoredVersion): ModelVersion {
    const aliases = this.#registry.database
      .prepare('SELECT alias FROM aliases WHERE model = ? AND version = ? ORDER BY alias')
      .pluck()
      .all(stored.model, stored.version) as string[]
    return { ...stored, aliases }
  }
}
