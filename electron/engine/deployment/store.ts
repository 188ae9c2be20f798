import type { Deployment, DeploymentVersion } from '../../../shared/model/deployment.ts'
import type { Registry } from '../registry/index.ts'
import type { DeploymentSpec } from './targets/target.ts'

/** A spec as it is kept: the workspace may have moved by the time that it is gone back to. */
export type KeptSpec = Omit<DeploymentSpec, 'workspace' | 'folder'>

export interface VersionRecord {
  version: DeploymentVersion
  spec: KeptSpec
}

/** A deployment's row, and the job that last worked on it. */
export interface DeploymentRecord {
  deployment: Deployment
  job: string | null
}

/** All SQL of the deployment domain. */
export class DeploymentStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  get(name: string): DeploymentRecord | null {
    const row = this.#registry.database.prepare('SELECT document, job FROM deployments WHERE name = ?').get(name)
    return row ? toRecord(row as Row) : null
  }

  /** Newest first. */
  list(): DeploymentRecord[] {
    const rows = this.#registry.database
      .prepare('SELECT document, job FROM deployments ORDER BY created_at DESC, name')
      .all() as Row[]
    return rows.map(toRecord)
  }

  put(deployment: Deployment, job: string | null): void {
    this.#registry.database
      .prepare(
        `INSERT INTO deployments (name, status, job, document, created_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET status = excluded.status, job = excluded.job, document = excluded.document`,
      )
      .run(deployment.deployment, deployment.status, job, JSON.stringify(deployment), deployment.createdAt)
  }

  /** What was applied under a name and what failed to be, newest first. */
  versions(name: string): VersionRecord[] {
    const rows = this.#registry.database
      .prepare('SELECT document, spec, status FROM deployment_versions WHERE deployment = ? ORDER BY number DESC')
      .all(name) as VersionRow[]
    return rows.map(toVersion)
  }

  /** The version that is live; null where none ever was. */
  applied(name: string): VersionRecord | null {
    return this.versions(name).find(({ version }) => version.status === 'applied') ?? null
  }

  /** Inside a transaction. One that is applied supersedes the one before. */
  addVersion(version: Omit<DeploymentVersion, 'number'>, spec: KeptSpec): void {
    const { deployment, status } = version
    const { database } = this.#registry
    if (status === 'applied') {
      database
        .prepare("UPDATE deployment_versions SET status = 'superseded' WHERE deployment = ? AND status = 'applied'")
        .run(deployment)
    }
    const number = (this.versions(deployment)[0]?.version.number ?? 0) + 1
    database
      .prepare('INSERT INTO deployment_versions (deployment, number, status, document, spec) VALUES (?, ?, ?, ?, ?)')
      .run(deployment, number, status, JSON.stringify({ ...version, number }), JSON.stringify(spec))
  }

  /** With all its versions. */
  remove(name: string): void {
    this.#registry.database.prepare('DELETE FROM deployments WHERE name = ?').run(name)
  }
}

interface Row {
  document: string
  job: string | null
}

function toRecord(row: Row): DeploymentRecord {
  return { deployment: JSON.parse(row.document) as Deployment, job: row.job }
}

interface VersionRow {
  document: string
  spec: string
  status: string
}

function toVersion({ document, spec, status }: VersionRow): VersionRecord {
  return { version: { ...JSON.parse(document), status } as DeploymentVersion, spec: JSON.parse(spec) as KeptSpec }
}
