import type { JobKindId } from '../../../shared/contract/jobs.ts'
import type { Job, JobStatus } from '../../../shared/model/job.ts'

export interface JobFilter {
  kind?: JobKindId
  state?: JobStatus
  subject?: string
}

/** What the engine has said of a filtered list so far, newest first. */
export interface JobPages {
  jobs: Job[]
  /** The cursor of the page after them; null where they are all. */
  next: string | null
  total: number
}

function matches(job: Job, { kind, state, subject }: JobFilter): boolean {
  const about = job.subject && `${job.subject.kind}:${job.subject.id}`
  return (
    (kind === undefined || job.kind === kind) &&
    (state === undefined || job.status === state) &&
    (subject === undefined || about === subject)
  )
}

/**
 * Pages with what the event stream told since: jobs that came are added in their place, those that changed are shown as
 * they are, those that match no more are gone. A live job that lies beyond the pages comes with its own page.
 */
export function withLive(pages: JobPages, live: readonly Job[], filter: JobFilter): JobPages {
  const known = new Set(pages.jobs.map(({ job }) => job))
  const oldest = pages.next === null ? Number.NEGATIVE_INFINITY : (pages.jobs.at(-1)?.createdAt ?? 0)
  const fresh = live.filter(job => !known.has(job.job) && job.createdAt >= oldest)
  const now = new Map(live.map(job => [job.job, job]))
  const jobs = [...fresh, ...pages.jobs.map(job => now.get(job.job) ?? job)]
    .filter(job => matches(job, filter))
    .sort((a, b) => b.createdAt - a.createdAt)
  return { ...pages, jobs, total: pages.total + jobs.length - pages.jobs.length }
}

/** A page behind those that are there. */
export function withPage(pages: JobPages, page: JobPages): JobPages {
  const known = new Set(pages.jobs.map(({ job }) => job))
  return { ...page, jobs: [...pages.jobs, ...page.jobs.filter(({ job }) => !known.has(job))] }
}
