import type { Job } from '../../../shared/model/job.ts'
import type { Registry } from '../registry/index.ts'

interface JobRow {
  job: string
  kind: string
  document: string
  input: string
  result: string | null
  pid: number | null
  pid_started: string | null
}

export interface JobRecord {
  job: Job
  input: unknown
  result: unknown
  process: { pid: number; started: string | null } | null
}

function toRecord(row: JobRow): JobRecord {
  return {
    job: JSON.parse(row.document) as Job,
    input: JSON.parse(row.input),
    result: row.result === null ? null : JSON.parse(row.result),
    process: row.pid === null ? null : { pid: row.pid, started: row.pid_started },
  }
}

const columns = 'job, kind, document, input, result, pid, pid_started'

/** All SQL of the jobs domain. */
export class JobStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  insert(job: Job, input: unknown): void {
    this.#registry.database
      .prepare('INSERT INTO jobs (job, kind, status, document, input, created_at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(job.job, job.kind, job.status, JSON.stringify(job), JSON.stringify(input), job.createdAt)
  }

  update(job: Job, more: { result?: unknown; process?: { pid: number; started: string | null } } = {}): void {
    this.#registry.database
      .prepare(
        `UPDATE jobs SET status = ?, document = ?, result = coalesce(?, result),
           pid = coalesce(?, pid), pid_started = coalesce(?, pid_started) WHERE job = ?`,
      )
      .run(
        job.status,
        JSON.stringify(job),
        more.result === undefined ? null : JSON.stringify(more.result),
        more.process?.pid ?? null,
        more.process?.started ?? null,
        job.job,
      )
  }

  get(job: string): JobRecord | null {
    const row = this.#registry.database.prepare(`SELECT ${columns} FROM jobs WHERE job = ?`).get(job)
    return row ? toRecord(row as JobRow) : null
  }

  /** Newest first. */
  list(limit: number): Job[] {
    const rows = this.#registry.database
      .prepare('SELECT document FROM jobs ORDER BY created_at DESC, rowid DESC LIMIT ?')
      .all(limit) as { document: string }[]
    return rows.map(row => JSON.parse(row.document) as Job)
  }

  /** Oldest first. */
  withStatus(status: 'queued' | 'running'): JobRecord[] {
    const rows = this.#registry.database
      .prepare(`SELECT ${columns} FROM jobs WHERE status = ? ORDER BY created_at, rowid`)
      .all(status) as JobRow[]
    return rows.map(toRecord)
  }
}
