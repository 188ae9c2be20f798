import { type DatasetSummary, DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Registry } from '../registry/index.ts'

/** So many columns of versions that were asked for lately stay as they were read: the description of 20,000 takes seconds to read, and every page of the grid asks for it. */
const usualColumns = 40_000

/** All SQL of the datasets domain. What it gives is shared: nobody may change it. */
export class DatasetStore {
  readonly #registry: Registry
  readonly #mostColumns: number
  /** By name, version and when it was made, for a version that is gone may be made again; the one asked for last at the end. */
  readonly #versions = new Map<string, DatasetVersion>()
  readonly #summaries = new Map<string, DatasetSummary['latest']>()

  constructor(registry: Registry, mostColumns = usualColumns) {
    this.#registry = registry
    this.#mostColumns = mostColumns
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
    this.#versions.delete(keyOf(version))
    this.#summaries.delete(keyOf(version))
    return version
  }

  /** The newest version when `version` is left out. */
  get(dataset: string, version?: number): DatasetVersion | null {
    const place = this.#placeOf(dataset, version)
    if (!place) return null
    const key = keyOf(place)
    const found =
      this.#versions.get(key) ??
      this.#one('SELECT document FROM dataset_versions WHERE dataset = ? AND version = ?', dataset, place.version)
    if (found) this.#keep(key, found)
    return found
  }

  names(): string[] {
    return this.#registry.database.prepare('SELECT name FROM datasets ORDER BY name').pluck().all() as string[]
  }

  /** Newest first. */
  list(): DatasetSummary[] {
    const rows = this.#registry.database
      .prepare(
        `SELECT dataset, version, created_at AS createdAt, (SELECT count(*) FROM dataset_versions AS each WHERE each.dataset = newest.dataset) AS versions
         FROM dataset_versions AS newest
         WHERE version = (SELECT max(version) FROM dataset_versions AS each WHERE each.dataset = newest.dataset)
         ORDER BY created_at DESC, rowid DESC`,
      )
      .all() as (Place & { versions: number })[]
    return rows.map(({ versions, ...place }) => ({ dataset: place.dataset, versions, latest: this.#summary(place) }))
  }

  #summary({ dataset, version, createdAt }: Place): DatasetSummary['latest'] {
    const key = keyOf({ dataset, version, createdAt })
    const known = this.#summaries.get(key)
    if (known) return known
    const document = this.#registry.database
      .prepare('SELECT document FROM dataset_versions WHERE dataset = ? AND version = ?')
      .pluck()
      .get(dataset, version) as string
    const { rows, sizeBytes, target, columns, warnings } = JSON.parse(document) as DatasetVersion
    const told = { version, rows, sizeBytes, target, createdAt, columns: columns.length, warnings: warnings.length }
    this.#summaries.set(key, told)
    return told
  }

  /** Of the newest version when `version` is left out. */
  #placeOf(dataset: string, version?: number): Place | undefined {
    const asked = version === undefined ? [] : [version]
    return this.#registry.database
      .prepare(
        `SELECT dataset, version, created_at AS createdAt FROM dataset_versions
         WHERE dataset = ? ${asked.length ? 'AND version = ?' : ''} ORDER BY version DESC LIMIT 1`,
      )
      .get(dataset, ...asked) as Place | undefined
  }

  #keep(key: string, version: DatasetVersion): void {
    this.#versions.delete(key)
    this.#versions.set(key, version)
    let columns = 0
    for (const each of this.#versions.values()) columns += each.columns.length
    for (const [oldest, each] of this.#versions) {
      if (columns <= this.#mostColumns || this.#versions.size === 1) return
      this.#versions.delete(oldest)
      columns -= each.columns.length
    }
  }

  #one(sql: string, ...values: (string | number)[]): DatasetVersion | null {
    const row = this.#registry.database.prepare(sql).get(...values) as { document: string } | undefined
    return row ? DatasetVersion.parse(JSON.parse(row.document)) : null
  }
}

type Place = Pick<DatasetVersion, 'dataset' | 'version' | 'createdAt'>

const keyOf = ({ dataset, version, createdAt }: Place) => `${dataset}:${version}:${createdAt}`
