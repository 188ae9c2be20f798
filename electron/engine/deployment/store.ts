import type { Deployment } from '../../../shared/model/deployment.ts'
import type { Registry } from '../registry/index.ts'

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
