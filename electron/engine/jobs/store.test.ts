import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Job } from '../../../shared/model/job.ts'
import { openRegistry, type Registry } from '../registry/index.ts'
import { JobStore } from './store.ts'

let workspace: string
let registry: Registry
let store: JobStore

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-job-store-'))
  registry = await openRegistry(workspace, { nowMs: 0 })
  store = new JobStore(registry)
})
afterEach(async () => {
  registry.close()
  await rm(workspace, { recursive: true })
})

function put(job: string, more: Partial<Job> = {}): void {
  const document: Job = {
    ...{ job, kind: 'train', title: job, status: 'done', fraction: 1, phase: 'done', secondsLeft: null },
    ...{ subject: null, createdAt: 1000, startedAt: null, endedAt: null, error: null },
    ...more,
  }
  store.insert(document, {})
}

const names = (jobs: Job[]) => jobs.map(({ job }) => job)

/** All pages, with something done between each two. */
function readAll(limit: number, between: (page: number) => void): string[] {
  const seen: string[] = []
  let cursor: string | undefined
  for (let page = 0; ; page += 1) {
    const answer = store.list({ limit, ...(cursor === undefined ? {} : { cursor }) })
    seen.push(...names(answer.jobs))
    if (answer.next === null) return seen
    cursor = answer.next
    between(page)
  }
}

test('each job comes once and in order, though others are queued between the pages, in the same millisecond too', () => {
  for (let i = 0; i < 10; i += 1) put(`old-${i}`, { createdAt: 1000 + Math.floor(i / 4) })
  const expected = Array.from({ length: 10 }, (_, i) => `old-${9 - i}`)
  const seen = readAll(3, page => {
    put(`same-${page}`, { createdAt: 1002 })
    put(`later-${page}`, { createdAt: 2000 + page })
  })
  expect(seen).toEqual(expected)
  expect(names(store.list({ limit: 3 }).jobs)).toEqual(['later-2', 'later-1', 'later-0'])
})

test('a page that ends with the last job has no next one', () => {
  for (let i = 0; i < 4; i += 1) put(`job-${i}`)
  const first = store.list({ limit: 2 })
  expect(first).toMatchObject({ total: 4, next: expect.any(String) })
  expect(store.list({ limit: 2, cursor: first.next! })).toMatchObject({ total: 4, next: null })
  expect(store.list({ limit: 4 }).next).toBeNull()
})

test('kind, state and subject narrow the list, and the pages keep to them', () => {
  const cells = { kind: 'dataset', id: 'cells' }
  put('import', { kind: 'import', subject: cells })
  put('failed', { status: 'failed', subject: { kind: 'run', id: 'cells' } })
  put('version', { kind: 'evaluate', subject: { kind: 'model', id: 'cells:3' } })
  put('again', { kind: 'import', status: 'failed', subject: cells })
  const found = (filter: Parameters<typeof store.list>[0]) => names(store.list(filter).jobs)
  expect(found({ limit: 10, kind: 'import' })).toEqual(['again', 'import'])
  expect(found({ limit: 10, state: 'failed' })).toEqual(['again', 'failed'])
  expect(found({ limit: 10, subject: 'dataset:cells' })).toEqual(['again', 'import'])
  expect(found({ limit: 10, subject: 'model:cells:3' })).toEqual(['version'])
  expect(found({ limit: 10, subject: 'dataset:cells', state: 'failed', kind: 'import' })).toEqual(['again'])
  const first = store.list({ limit: 1, kind: 'import' })
  expect(first.total).toBe(2)
  expect(found({ limit: 1, kind: 'import', cursor: first.next! })).toEqual(['import'])
})
