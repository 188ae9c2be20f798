import type { JobObjects, ObjectReference } from '../../../shared/model/pipeline.ts'
import type { Registry } from '../registry/index.ts'

/** What jobs read and made, read from either end. */
export class JobLinks {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  of(job: string): Required<JobObjects> {
    const rows = this.#registry.database
      .prepare('SELECT role, kind, object AS id FROM job_objects WHERE job = ?')
      .all(job) as (ObjectReference & { role: 'read' | 'made' })[]
    const withRole = (wanted: string) =>
      rows.filter(({ role }) => role === wanted).map(({ kind, id }): ObjectReference => ({ kind, id }))
    return { read: withRole('read'), made: withRole('made') }
  }

  /** Ids of the jobs that read or made an object, newest first: ids sort by time. */
  jobsThat(role: 'read' | 'made', { kind, id }: ObjectReference, limit: number): string[] {
    return this.#registry.database
      .prepare('SELECT job FROM job_objects WHERE kind = ? AND object = ? AND role = ? ORDER BY job DESC LIMIT ?')
      .pluck()
      .all(kind, id, role, limit) as string[]
  }

  /** Ids of all jobs, newest first. */
  newest(limit: number): string[] {
    return this.#registry.database
      .prepare('SELECT job FROM jobs ORDER BY created_at DESC, rowid DESC LIMIT ?')
      .pluck()
      .all(limit) as string[]
  }

  count(): number {
    return this.#registry.database.prepare('SELECT count(*) FROM jobs').pluck().get() as number
  }
}
