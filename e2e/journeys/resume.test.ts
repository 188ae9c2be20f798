import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { softwareAdapter } from '../../electron/engine/runtime/testing/software-adapter.ts'
import { readRuntimeFile } from '../../electron/headless/runtime-file.ts'
import type { Job, LogLine } from '../../shared/model/job.ts'
import type { Run, Series } from '../../shared/model/run.ts'
import { processOf, samples, TestWorkspace } from '../lathe.ts'

const patience = { timeout: 120_000, interval: 20 }

async function makeWorkspace(more: NodeJS.ProcessEnv = {}): Promise<TestWorkspace> {
  const workspace = await TestWorkspace.make()
  workspace.env = { LATHE_CHECKPOINT_SECONDS: '0.2', ...more }
  await workspace.json('import', join(samples, 'digits.csv'), '--name', 'digits')
  return workspace
}

const training = (algorithm: string, parameters: string[], device = 'cpu') => [
  ...['train', 'digits', '--target', 'digit', '--algorithm', algorithm, '--device', device],
  ...parameters.flatMap(each => ['--param', each]),
]

/** Ids of the jobs that have a folder, newest last. */
async function jobsOf(workspace: TestWorkspace): Promise<string[]> {
  const folder = join(workspace.folder, 'jobs')
  return existsSync(folder) ? (await readdir(folder)).sort() : []
}

/** Starts a training and waits until it is half done and has a checkpoint. */
async function startAndReachHalf(workspace: TestWorkspace, args: string[]) {
  const before = await jobsOf(workspace)
  const ended = workspace.run([...args, '--json'])
  const job = await vi.waitUntil(async () => (await jobsOf(workspace)).find(id => !before.includes(id)), patience)
  const folder = join(workspace.folder, 'jobs', job)
  await vi.waitUntil(async () => {
    const lines = existsSync(join(folder, 'events.jsonl')) ? await readFile(join(folder, 'events.jsonl'), 'utf8') : ''
    const fractions = [...lines.matchAll(/"fraction":([\d.]+)/g)].map(([, fraction]) => Number(fraction))
    return Math.max(0, ...fractions) >= 0.5 && existsSync(join(folder, 'checkpoint', 'state'))
  }, patience)
  return { job, folder, ended }
}

const logOf = async (workspace: TestWorkspace, job: string) =>
  (await workspace.json<{ lines: LogLine[] }>('log', job)).lines.map(({ message }) => message)
const runOf = (workspace: TestWorkspace, run: string) => workspace.json<Run & { curves: Series[] }>('run', run)

test.each([
  ['neural-network', ['epochs=150', 'patience=150', 'dropout=0.1', 'layers=128,64']],
  ['gradient-boosting', ['rounds=200', 'early-stopping=0', 'subsample=0.8', 'columns=0.5']],
])(
  '%s, its job killed at half: interrupted, resumed, and the same to the byte as one that was not',
  {
    timeout: 400_000,
  },
  async (algorithm, parameters) => {
    const workspace = await makeWorkspace()
    const args = training(algorithm, parameters)
    const whole = await workspace.json<Run>(...args)
    const { folder, job, ended } = await startAndReachHalf(workspace, args)
    process.kill((await processOf(folder))!, 'SIGKILL')
    expect((await ended).code).toBe(1)
    const { runs } = await workspace.json<{ runs: Run[] }>('runs')
    const cut = runs.find(run => run.job === job)!
    expect(cut).toMatchObject({ status: 'interrupted', error: { mend: expect.stringContaining('Resume it') } })

    const resumed = await workspace.json<Run>('resume', cut.run)
    expect(resumed).toMatchObject({ run: cut.run, status: 'done', bundleDigest: whole.bundleDigest, error: null })
    expect(resumed.metrics).toEqual(whole.metrics)
    expect((await runOf(workspace, cut.run)).curves).toEqual((await runOf(workspace, whole.run)).curves)
    expect(await logOf(workspace, job)).toContainEqual(expect.stringContaining('It goes on from a checkpoint'))
    await vi.waitUntil(() => !existsSync(join(folder, 'checkpoint')), patience)
    await workspace.close()
  },
)

test('the engine killed at half: the next one can go on with the run, or throw it away', {
  timeout: 400_000,
}, async () => {
  const workspace = await makeWorkspace()
  const args = training('neural-network', ['epochs=150', 'patience=150', 'layers=128,64'])
  const { job, ended, folder } = await startAndReachHalf(workspace, args)
  process.kill(readRuntimeFile(workspace.folder)!.pid, 'SIGKILL')
  expect((await ended).code).toBe(1)
  const { jobs } = await workspace.json<{ jobs: Job[] }>('jobs', '--state', 'interrupted')
  expect(jobs).toMatchObject([{ job, error: { code: 'interrupted', mend: expect.stringContaining('Resume it') } }])
  expect(await workspace.json<Run>('resume', job)).toMatchObject({ status: 'done', job })

  const second = await startAndReachHalf(workspace, args)
  expect(await workspace.json<Job>('pause', second.job)).toMatchObject({ status: 'paused', error: null })
  expect(await processOf(second.folder)).toBe(undefined)
  expect((await second.ended).stdout).toContain('lathe resume run-')
  expect(await workspace.json<Job>('cancel', second.job)).toMatchObject({ status: 'cancelled' })
  expect(existsSync(join(second.folder, 'checkpoint'))).toBe(false)
  expect(await workspace.failure('resume', second.job)).toMatchObject({ code: 'bad-input' })
  expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
  await workspace.close()
})

test.runIf(softwareAdapter)(
  'a digits network on WebGPU, killed at half and resumed, goes on there and ends as good as any',
  { timeout: 600_000 },
  async () => {
    const workspace = await makeWorkspace(softwareAdapter!)
    const args = training('neural-network', ['epochs=12', 'patience=12'], 'webgpu')
    const { folder, job, ended } = await startAndReachHalf(workspace, args)
    process.kill((await processOf(folder))!, 'SIGKILL')
    expect((await ended).code).toBe(1)
    const resumed = await workspace.json<Run>('resume', job)
    expect(resumed).toMatchObject({ status: 'done', device: 'webgpu' })
    expect(resumed.metrics.accuracy).toBeGreaterThan(0.9)
    expect(resumed.warnings.filter(warning => warning.includes('failed'))).toEqual([])
    expect(await logOf(workspace, job)).toContainEqual(expect.stringContaining('It goes on from a checkpoint'))
    await workspace.close()
  },
)
