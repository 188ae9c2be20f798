import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { constants, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StreamEvent } from '../../../shared/contract/events.ts'
import { silentLogger } from '../base/index.ts'
import { openRegistry, type Registry } from '../registry/index.ts'
import { type AnyJobHandler, isAlive, type JobHandler, JobLinks, JobService } from './index.ts'
import { boundCheckpoints } from './job-folder.ts'
import { processStart } from './process-identity.ts'
import { type FromJob, specFile, type ToJob } from './wire.ts'

let workspace: string
let registry: Registry
let service: JobService
let events: StreamEvent[]
let calls: string[]

const entry = fileURLToPath(new URL('./fixtures/test-job-main.ts', import.meta.url))

function handler(overrides: Partial<JobHandler<unknown, unknown>> = {}): AnyJobHandler {
  return {
    kind: 'import',
    lane: 'compute',
    objects: () => ({}),
    expectedBytes: () => 5e9,
    started: () => void calls.push('started'),
    adopt: async () => void calls.push('adopt'),
    commit: output => {
      calls.push('commit')
      return output as never
    },
    rested: (_job, status) => void calls.push(`rested ${status}`),
    ended: (_job, status, error) => void calls.push(`ended ${status} ${error.code}`),
    ...overrides,
  }
}

async function makeService(own: AnyJobHandler = handler()): Promise<string[]> {
  service = new JobService({
    registry,
    events: { publish: event => void events.push(event) },
    clock: () => Date.now(),
    logger: silentLogger,
    lanes: { compute: 1, io: 1 },
    secret: async name => `value of ${name}`,
    entry,
  })
  return service.start([own, { ...own, kind: 'train' }])
}

const submit = (work: string, kind: 'import' | 'train' = 'import') =>
  service.submit({ kind, title: work, input: { work } })

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 30_000, interval: 10 })

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-jobs-'))
  registry = await openRegistry(workspace, { nowMs: Date.now() })
  events = []
  calls = []
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await service.close()
  registry.close()
  await rm(workspace, { recursive: true })
})

test('a job runs in a process of its own, tells what it does, and leaves its log and result', async () => {
  await makeService()
  const { job } = submit('done')
  const { result, job: ended } = await service.result(job)
  expect(result).toEqual({ answer: 42 })
  expect(ended).toMatchObject({ status: 'done', fraction: 1, error: null })
  expect(calls).toEqual(['started', 'adopt', 'commit'])
  const { lines } = await service.operations.log({ job, after: -1 }, {})
  expect(lines.map(({ line, level, message }) => [line, level, message])).toEqual([
    [0, 'info', 'first'],
    [1, 'warn', 'second'],
  ])
  expect(events.some(event => event.type === 'job' && event.job.phase === 'half' && event.job.fraction === 0.5)).toBe(
    true,
  )
  await until(() => !existsSync(join(service.folderOf(job), 'out')))
})

test('points of curves come while the job is busy with what follows them', async () => {
  const points: string[] = []
  await makeService(handler({ points: told => void points.push(...told.map(({ key }) => key)) }))
  const { job } = submit('roundsOfTrees')
  await vi.waitUntil(() => points.includes('validation-loss'), { timeout: 30_000 })
  await writeFile(join(service.folderOf(job), 'out', 'heard'), '')
  expect((await service.result(job)).job.status).toBe('done')
})

test('a failure keeps its code and mend; a bug is internal; a crash says how the process went', async () => {
  await makeService()
  vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=64')
  const [failed, bug, crash, hoard] = ['fails', 'bug', 'dies', 'hoards'].map(work => submit(work).job) as string[]
  await expect(service.result(failed!)).rejects.toMatchObject({ code: 'bad-data', mend: 'Choose another.' })
  await expect(service.result(bug!)).rejects.toMatchObject({ code: 'internal' })
  await expect(service.result(crash!)).rejects.toThrow('SIGSEGV')
  await expect(service.result(hoard!)).rejects.toThrow('hoards: The job ran out of memory; it was expected to want')
  expect(calls.filter(call => call.startsWith('ended'))).toEqual([
    'ended failed bad-data',
    'ended failed internal',
    'ended failed internal',
    'ended failed out-of-memory',
  ])
})

test('a cancelled job is over when cancel answers, even one that never yields, and takes its children with it', async () => {
  await makeService()
  for (const work of ['waits', 'deaf', 'parent']) {
    const { job } = submit(work)
    await until(() => service.get(job).status === 'running' && events.some(event => event.type === 'job'))
    const told = async () => (await service.operations.log({ job, after: -1 }, {})).lines[0]?.message
    if (work === 'parent') await vi.waitUntil(told, { timeout: 30_000 })
    else await sleep(300)
    const child = work === 'parent' ? Number(await told()) : null
    expect((await service.cancel(job)).status).toBe('cancelled')
    if (child) expect(processStart(child)).toBe(null)
  }
})

test('what computes stands behind what a person does, its arrays on large pages; what mostly waits does not', async () => {
  vi.stubEnv('GLIBC_TUNABLES', undefined)
  const own = getPriority()
  const behind = own < 0 ? own : Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL)
  const result = async () => (await service.result(submit('priority').job)).result
  await makeService()
  expect(await result()).toEqual({ priority: behind, hasLargePages: process.platform === 'linux', passedOn: null })
  await service.close()
  await makeService(handler({ lane: 'io' }))
  expect(await result()).toEqual({ priority: own, hasLargePages: false, passedOn: null })
})

/** Whether a job has said that it is in the middle of what must not be cut off. */
async function isInTheMiddle(job: string): Promise<boolean> {
  return (await service.operations.log({ job, after: -1 }, {})).lines.length > 0
}

test('a cancel waits for what must not be cut off, and not for what comes behind it', async () => {
  await makeService()
  const { job } = submit('unbroken')
  await vi.waitUntil(() => isInTheMiddle(job), { timeout: 30_000 })
  expect((await service.cancel(job)).status).toBe('cancelled')
  expect(existsSync(join(service.folderOf(job), 'whole.txt'))).toBe(true)
})

test('a job whose engine is gone comes to the end of what must not be cut off, and ends', async () => {
  await makeService()
  const folder = join(workspace, 'orphan')
  await mkdir(folder)
  await writeFile(join(folder, specFile), JSON.stringify({ kind: 'import', input: { work: 'unbroken' } }))
  const child = fork(entry, [folder], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const told = new Promise<void>(resolve =>
    child.on('message', (message: FromJob) => message.type === 'unbroken' && message.isOn && resolve()),
  )
  child.send({ type: 'go' } satisfies ToJob)
  await told
  child.disconnect()
  expect(await ended).toEqual([3, null])
  expect(existsSync(join(folder, 'whole.txt'))).toBe(true)
})

test('a queued job can be cancelled before it ran, and waits for its lane', async () => {
  await makeService()
  const first = submit('waits').job
  const second = submit('done').job
  await until(() => service.get(first).status === 'running')
  expect(service.get(second).status).toBe('queued')
  expect((await service.cancel(second)).status).toBe('cancelled')
  await service.cancel(first)
  expect(calls).not.toContain('commit')
})

test('a job of a rolled back transaction never runs', async () => {
  await makeService()
  expect(() =>
    registry.transaction(() => {
      submit('done')
      throw new Error('no')
    }),
  ).toThrow('no')
  await sleep(300)
  expect(calls).toEqual([])
})

test('a commit that throws leaves the job failed and nothing written', async () => {
  await makeService(
    handler({
      commit: () => {
        registry.setMeta('half', 'written')
        throw new Error('commit failed')
      },
    }),
  )
  await expect(service.result(submit('done').job)).rejects.toMatchObject({ code: 'internal' })
  expect(registry.meta('half')).toBe(null)
})

test('a secret goes to the process when it asks and stands in none of its files', async () => {
  await makeService()
  const { job } = submit('secret')
  expect((await service.result(job)).result).toEqual({ secret: 'value of registry:example' })
})

test('after the engine was killed: orphans end, whole results are taken in, the rest reads interrupted, files are swept', async () => {
  // What a killed engine leaves: rows that say "running", a process that nobody listens to, and files.
  const orphan = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore', detached: true })
  const started = processStart(orphan.pid!)
  const leave = async (job: string, pid: number | null, pidStarted: string | null) => {
    await mkdir(join(workspace, 'jobs', job, 'out'), { recursive: true })
    const document = { job, kind: 'import', title: job, status: 'running', createdAt: 0, subject: null }
    registry.database
      .prepare(
        "INSERT INTO jobs (job, kind, status, document, input, pid, pid_started, created_at) VALUES (?, 'import', 'running', ?, '{}', ?, ?, 0)",
      )
      .run(job, JSON.stringify(document), pid, pidStarted)
  }
  await leave('job-half', orphan.pid!, started)
  await leave('job-whole', null, null)
  // The pid of a stranger that was given the number of a dead job: it must live on.
  await leave('job-stranger', process.pid, 'another boot:1')
  await writeFile(
    join(workspace, 'jobs', 'job-whole', 'result.json'),
    JSON.stringify({ ok: true, output: { taken: 'in' } }),
  )
  await mkdir(join(workspace, 'jobs', 'job-unknown', 'tmp'), { recursive: true })
  await mkdir(join(workspace, 'tmp'), { recursive: true })
  await writeFile(join(workspace, 'tmp', 'half'), 'half')

  const notices = await makeService()
  await until(() => !isAlive(orphan.pid!, started))
  expect(notices).toHaveLength(4)
  await expect(service.result('job-half')).rejects.toMatchObject({ code: 'interrupted' })
  await expect(service.result('job-stranger')).rejects.toMatchObject({ code: 'interrupted' })
  expect((await service.result('job-whole')).result).toEqual({ taken: 'in' })
  expect(existsSync(join(workspace, 'tmp'))).toBe(false)
  expect(await readdir(join(workspace, 'jobs'))).not.toContain('job-unknown')
  expect(existsSync(join(service.folderOf('job-half'), 'out'))).toBe(false)
})

const toldBy = async (job: string) =>
  (await service.operations.log({ job, after: -1 }, {})).lines.map(({ message }) => message)
const hasCheckpoint = (job: string) => existsSync(join(service.folderOf(job), 'checkpoint', 'state'))

test('a paused training frees its place and goes on from its checkpoint, which is gone at the end', async () => {
  await makeService()
  const first = submit('counts', 'train').job
  const second = submit('done').job
  await vi.waitUntil(() => toldBy(first).then(({ length }) => length > 0), { timeout: 30_000 })
  expect(await service.pause(first)).toMatchObject({ status: 'paused', error: null, endedAt: null })
  expect((await service.result(second)).result).toEqual({ answer: 42 })
  await expect(service.result(first)).rejects.toMatchObject({ code: 'interrupted' })
  expect(hasCheckpoint(first)).toBe(true)
  expect(service.resume(first)).toMatchObject({ job: first })
  expect((await service.result(first)).result).toMatchObject({ begun: expect.any(Number) })
  expect(await toldBy(first)).toEqual(['from the start', 'from the checkpoint'])
  expect(calls.filter(call => call.startsWith('rested'))).toEqual(['rested paused', 'rested queued'])
  await until(() => !hasCheckpoint(first))
})

test('a training that waits is paused at once, and a paused one that is cancelled leaves nothing', async () => {
  await makeService()
  const [first, second] = [submit('counts', 'train').job, submit('counts', 'train').job]
  await vi.waitUntil(() => toldBy(first).then(({ length }) => length > 0), { timeout: 30_000 })
  expect((await service.pause(second)).status).toBe('paused')
  await service.pause(first)
  expect((await service.cancel(first)).status).toBe('cancelled')
  expect(hasCheckpoint(first)).toBe(false)
  expect(() => service.resume(first)).toThrow('counts is cancelled: it cannot be resumed')
  const other = submit('done').job
  await service.result(other)
  await expect(service.pause(other)).rejects.toThrow('done is no training or search: it cannot be paused')
})

test('a training whose process is killed is interrupted where it has a checkpoint, and goes on from it', async () => {
  await makeService()
  const { job } = submit('countsAndDies', 'train')
  await expect(service.result(job)).rejects.toMatchObject({ mend: expect.stringContaining('Resume it') })
  const message =
    'countsAndDies: The job was killed, most likely for want of memory; it was expected to want about 5.00 GB'
  expect(service.get(job)).toMatchObject({ status: 'interrupted', error: { code: 'out-of-memory', message } })
  service.resume(job)
  expect((await service.result(job)).result).toEqual({ begun: 7, crash: null })
  const crashed = submit('countsAndCrashes', 'train').job
  await expect(service.result(crashed)).rejects.toMatchObject({ code: 'internal' })
  service.resume(crashed)
  expect((await service.result(crashed)).result).toEqual({ begun: 7, crash: 'ended by SIGSEGV' })
  const without = submit('dies', 'train').job
  await expect(service.result(without)).rejects.toMatchObject({ code: 'internal' })
  expect(service.get(without).status).toBe('failed')
})

test('an engine that ends interrupts a training, and the next one can go on with it', async () => {
  await makeService()
  const { job } = submit('counts', 'train')
  await vi.waitUntil(() => toldBy(job).then(({ length }) => length > 0), { timeout: 30_000 })
  await service.close()
  expect(service.get(job)).toMatchObject({ status: 'interrupted', error: { code: 'interrupted' } })
  await makeService()
  expect(service.resume(job).error).toBe(null)
  expect((await service.result(job)).result).toMatchObject({ begun: expect.any(Number) })
})

test('of checkpoints that together take too much, the newest stay', async () => {
  await makeService()
  const paused: string[] = []
  for (let i = 0; i < 2; i += 1) {
    const { job } = submit('countsAndDies', 'train')
    await expect(service.result(job)).rejects.toThrow()
    paused.push(job)
  }
  await boundCheckpoints({ registry, logger: silentLogger }, id => service.get(id), 1)
  expect(paused.map(hasCheckpoint)).toEqual([false, true])
})

test('what a job reads is known when it is queued, what it made when it is done; both are found from the thing', async () => {
  await service.close()
  const objects: AnyJobHandler['objects'] = (_job, result) => ({
    read: [{ kind: 'dataset', id: 'cells:1' }],
    made: result ? [{ kind: 'model', id: 'cells:1' }] : [],
  })
  await makeService(handler({ objects }))
  const links = new JobLinks(registry)
  const [done, failed] = [submit('done').job, submit('fails').job]
  expect(links.of(failed)).toEqual({ read: [{ kind: 'dataset', id: 'cells:1' }], made: [] })
  await service.result(done)
  await expect(service.result(failed)).rejects.toThrow()
  expect(links.of(done).made).toEqual([{ kind: 'model', id: 'cells:1' }])
  expect(links.of(failed).made).toEqual([])
  expect(links.jobsThat('read', { kind: 'dataset', id: 'cells:1' }, 10).sort()).toEqual([done, failed].sort())
  expect(links.jobsThat('made', { kind: 'model', id: 'cells:1' }, 10)).toEqual([done])
  expect(links.jobsThat('read', { kind: 'model', id: 'cells:1' }, 10)).toEqual([])
})
