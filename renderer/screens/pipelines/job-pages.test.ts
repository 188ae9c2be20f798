import { expect, test } from 'vitest'
import type { Job, JobStatus } from '../../../shared/model/job.ts'
import { withLive, withPage } from './job-pages.ts'

const job = (name: string, createdAt: number, status: JobStatus = 'done', kind = 'train') =>
  ({ job: name, createdAt, status, kind, subject: { kind: 'run', id: name } }) as Job
const names = ({ jobs }: { jobs: Job[] }) => jobs.map(each => each.job)

test('what came since the page was asked stands first, and what changed shows as it is', () => {
  const pages = { jobs: [job('b', 2, 'running'), job('a', 1)], next: null, total: 2 }
  const shown = withLive(pages, [job('c', 3, 'queued'), job('b', 2, 'failed')], {})
  expect(names(shown)).toEqual(['c', 'b', 'a'])
  expect(shown.jobs[1]!.status).toBe('failed')
  expect(shown.total).toBe(3)
})

test('a job that the filter no longer holds is gone, one that it holds now is there', () => {
  const pages = { jobs: [job('b', 2, 'running'), job('a', 1, 'running')], next: null, total: 2 }
  const live = [job('c', 3, 'running'), job('d', 4, 'queued'), job('b', 2, 'done')]
  const shown = withLive(pages, live, { state: 'running' })
  expect(names(shown)).toEqual(['c', 'a'])
  expect(shown.total).toBe(2)
  expect(names(withLive(pages, live, { subject: 'run:c' }))).toEqual(['c'])
})

test('a live job beyond the pages waits for its page, and comes once', () => {
  const pages = { jobs: [job('d', 4), job('c', 3)], next: '3.3', total: 4 }
  const live = [job('a', 1, 'running')]
  expect(names(withLive(pages, live, {}))).toEqual(['d', 'c'])
  const all = withPage(pages, { jobs: [job('c', 3), job('b', 2), job('a', 1)], next: null, total: 4 })
  expect(names(withLive(all, live, {}))).toEqual(['d', 'c', 'b', 'a'])
})
