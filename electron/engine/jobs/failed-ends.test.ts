import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Job } from '../../../shared/model/job.ts'
import { silentLogger } from '../base/index.ts'
import { openRegistry, type Registry } from '../registry/index.ts'
import { JobService } from './index.ts'

let workspace: string
let registry: Registry
let service: JobService
let committed: unknown[]

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-jobs-'))
  registry = await openRegistry(workspace, { nowMs: Date.now() })
  committed = []
  service = new JobService({
    ...{ registry, events: { publish() {} }, clock: () => Date.now(), logger: silentLogger },
    ...{ lanes: { compute: 1, io: 1 }, secret: async () => null },
    entry: fileURLToPath(new URL('./fixtures/test-job-main.ts', import.meta.url)),
  })
  await service.start([
    {
      ...{ kind: 'import', lane: 'compute', objects: () => ({}) },
      failure: output => (output === null ? null : { code: 'bad-data', message: 'Nothing was better' }),
      commit: output => committed.push(output) as never,
    },
  ])
})
afterEach(async () => {
  await service.close()
  registry.close()
  await rm(workspace, { recursive: true })
})

const ended = async (work: string): Promise<Job> => {
  const { job } = service.submit({ kind: 'import', title: work, input: { work } })
  await service.result(job).catch(() => {})
  return service.get(job)
}

test('work that never comes back is ended after its time, with the reason that the job gave before', async () => {
  expect(await ended('late')).toMatchObject({
    status: 'failed',
    error: { code: 'bad-file', message: 'It gave no answer', mend: 'Mend its loop.' },
  })
})

test('a job that fails and yet leaves something is committed and reads failed', async () => {
  expect(await ended('done')).toMatchObject({ status: 'failed', phase: 'failed', error: { code: 'bad-data' } })
  expect(committed).toEqual([{ answer: 42 }])
})
