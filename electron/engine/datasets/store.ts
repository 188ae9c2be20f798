import { type DatasetSummary, DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Registry } from '../registry/index.ts'

/** All SQL of the datasets domain. */
export class DatasetStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** The version that was read from the same bytes in the same way; null when there is none. */
  findByReadKey(dataset: string, readKey: string): DatasetVersion | null {
    return this.#one('SELECT document FROM dataset_versions WHERE dataset = ? AND read_key = ?', dataset, readKey)
  }

  /** Makes the next version. Inside a transaction. */
  insert(version: Omit<DatasetVersion, 'version'>, readKey: string): DatasetVersion {
    const { database } = this.#registry
    database
      .prepare('INSERT OR IGNORE INTO datasets (name, created_at) VALUES (?, ?)')
      .run(version.dataset, version.createdAt)
    const next = database
      .prepare('SELECT coalesce(max(version), 0) + 1 FROM dataset_versions WHERE dataset = ?')
      .pluck()
      .get(version.dataset) as number
    const document: DatasetVersion = { ...version, version: next }
    database
      .prepare(
        'INSERT INTO dataset_versions (dataset, version, sha256, read_key, document, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(document.dataset, next, document.sha256, readKey, JSON.stringify(document), document.createdAt)
    return document
  }

  /** Puts a version in the place of itself. */
  replace(version: DatasetVersion): DatasetVersion {
    this.#registry.database
      .prepare('UPDATE dataset_versions SET document = ? WHERE dataset = ? AND version = ?')
      .run(JSON.stringify(version), version.dataset, version.version)
    return version
  }

  /** The newest version when `version` is left out. */
  get(dataset: string, version?: number): DatasetVersion | null {
    if (version !== undefined)
      return this.#one('SELECT document FROM dataset_versions WHERE dataset = ? AND version = ?', dataset, version)
    return this.#one('SELECT document FROM dataset_versions WHERE dataset = ? ORDER BY version DESC LIMIT 1', dataset)
  }

  names(): string[] {
    return this.#registry.database.prepare('SELECT name FROM datasets ORDER BY name').pluck().all() as string[]
  }

  /** Newest first. */
  list(): DatasetSummary[] {
    const rows = this.#registry.database
      .prepare(
        `SELECT document, (SELECT count(*) FROM dataset_versions AS each WHERE each.dataset = newest.dataset) AS versions
         FROM dataset_versions AS newest
         WHERE version = (SELECT max(version) FROM dataset_versions AS each WHERE each.dataset = newest.dataset)
         ORDER BY created_at DESC, rowid DESC`,
      )
      .all() as { document: string; versions: number }[]
    return rows.map(({ document, versions }) => {
      const {
        dataset,
        version,
        rows: count,
        sizeBytes,
        target,
        createdAt,
        columns,
        warnings,
      } = JSON.parse(document) as DatasetVersion
      return {
        dataset,
        versions,
        latest: {
          version,
          rows: count,
          sizeBytes,
          target,
          createdAt,
          columns: columns.length,
          warnings: warnings.length,
        },
      }
    })
  }

  #one(sql: string, ...values: (string | number)[]): DatasetVersion | null {
    const row = this.#registry.database.prepare(sql).get(...values) as { document: string } | undefined
    return row ? DatasetVersion.parse(JSON.parse(row.document)) : null
  }
}
