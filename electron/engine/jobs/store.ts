import type { JobKindId } from '../../../shared/contract/jobs.ts'
import type { Job, JobStatus } from '../../../shared/model/job.ts'
import type { JobObjects } from '../../../shared/model/pipeline.ts'
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

export interface JobFilter {
  kind?: JobKindId
  state?: JobStatus
  /** `kind:id`. */
  subject?: string
}

export interface JobPage {
  jobs: Job[]
  next: string | null
  total: number
}

function toRecord(row: JobRow): JobRecord {
  return {
    job: JSON.parse(row.document) as Job,
    input: JSON.parse(row.input),
    result: row.result === null ? null : JSON.parse(row.result),
    process: row.pid === null ? null : { pid: row.pid, started: row.pid_started },
  }
}

interface PageRow {
  place: number
  created_at: number
  document: string
}

const where = (conditions: string[]) => (conditions.length ? `WHERE ${conditions.join(' AND ')}` : '')

function conditionsOf({ kind, state, subject }: JobFilter): [conditions: string[], values: string[]] {
  const colon = subject?.indexOf(':') ?? 0
  const wanted: [string, string | undefined][] = [
    ['kind = ?', kind],
    ['status = ?', state],
    ["document ->> '$.subject.kind' = ?", subject?.slice(0, colon)],
    ["document ->> '$.subject.id' = ?", subject?.slice(colon + 1)],
  ]
  const said = wanted.filter((each): each is [string, string] => each[1] !== undefined)
  return [said.map(([condition]) => condition), said.map(([, value]) => value)]
}

const columns = 'job, kind, document, input, result, pid, pid_started'

/** All SQL of the jobs domain. */
export class JobStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  insert(job: Job, input: unknown, objects: JobObjects = {}): void {
    this.#registry.transaction(() => {
      this.#registry.database
        .prepare('INSERT INTO jobs (job, kind, status, document, input, created_at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(job.job, job.kind, job.status, JSON.stringify(job), JSON.stringify(input), job.createdAt)
      this.#link(job.job, objects)
    })
  }

  update(
    job: Job,
    more: { result?: unknown; objects?: JobObjects; process?: { pid: number; started: string | null } } = {},
  ): void {
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
    this.#link(job.job, more.objects ?? {})
  }

  #link(job: string, { read = [], made = [] }: JobObjects): void {
    const put = this.#registry.database.prepare(
      'INSERT OR IGNORE INTO job_objects (job, role, kind, object) VALUES (?, ?, ?, ?)',
    )
    for (const { kind, id } of read) put.run(job, 'read', kind, id)
    for (const { kind, id } of made) put.run(job, 'made', kind, id)
  }

  get(job: string): JobRecord | null {
    const row = this.#registry.database.prepare(`SELECT ${columns} FROM jobs WHERE job = ?`).get(job)
    return row ? toRecord(row as JobRow) : null
  }

  /**
   * Newest first. A cursor names the place of the last job of a page, so what is queued meanwhile shifts nothing: each
   * job that was there at the first page comes exactly once.
   */
  list({ limit, cursor, ...filter }: JobFilter & { limit: number; cursor?: string }): JobPage {
    const { database } = this.#registry
    const [conditions, values] = conditionsOf(filter)
    const [createdAt, row] = cursor?.split('.').map(Number) ?? []
    const after = cursor === undefined ? [] : ['(created_at, rowid) < (?, ?)']
    const rows = database
      .prepare(
        `SELECT rowid AS place, created_at, document FROM jobs ${where([...conditions, ...after])}
         ORDER BY created_at DESC, rowid DESC LIMIT ?`,
      )
      .all(...values, ...(cursor === undefined ? [] : [createdAt, row]), limit + 1) as PageRow[]
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const count = database.prepare(`SELECT count(*) FROM jobs ${where(conditions)}`).pluck()
    return {
      jobs: page.map(({ document }) => JSON.parse(document) as Job),
      next: last && rows.length > limit ? `${last.created_at}.${last.place}` : null,
      total: count.get(...values) as number,
    }
  }

  /** Oldest first. */
  withStatus(status: 'queued' | 'running'): JobRecord[] {
    const rows = this.#registry.database
      .prepare(`SELECT ${columns} FROM jobs WHERE status = ? ORDER BY created_at, rowid`)
      .all(status) as JobRow[]
    return rows.map(toRecord)
  }
}
