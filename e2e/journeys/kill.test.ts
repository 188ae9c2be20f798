import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readRuntimeFile } from '../../electron/headless/runtime-file.ts'
import { createLatheClient } from '../../shared/contract/client.ts'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import type { Doctor } from '../../shared/model/workspace.ts'
import { processOf, root, samples, TestWorkspace } from '../lathe.ts'

/** As the issue asks: killed at random moments of import + train + register, nothing acknowledged is lost. */
const kills = 25

test(`the engine is killed ${kills} times and no acknowledged record is lost`, {
  timeout: 900_000,
}, async () => {
  const workspace = await TestWorkspace.make()
  const acknowledged = {
    datasets: new Set<string>(),
    runs: new Set<string>(),
    models: new Set<string>(),
  }
  let random = 12345
  const next = () => {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff
    return random / 0x7fffffff
  }
  // As long as all of it takes on this machine: no moment of it is out of reach.
  const startedAt = performance.now()
  await script(workspace, kills, acknowledged)
  const wholeMs = performance.now() - startedAt
  for (let i = 0; i < kills; i += 1) {
    const info = readRuntimeFile(workspace.folder)!
    const work = script(workspace, i, acknowledged)
    await sleep(next() * wholeMs)
    process.kill(info.pid, 'SIGKILL')
    await work

    // Starts the next engine, where a command of the script has not done so.
    const doctor = await workspace.json<Doctor>('doctor')
    expect(doctor.checks.filter(check => !check.ok && !check.optional)).toEqual([])
    const { port, token } = readRuntimeFile(workspace.folder)!
    const engine = createLatheClient({ url: `http://127.0.0.1:${port}`, token })
    const [{ datasets }, { runs }, { models }] = await Promise.all([
      engine.datasets.list(),
      engine.runs.list({}),
      engine.models.list(),
    ])
    expect(datasets.map(each => each.dataset)).toEqual(expect.arrayContaining([...acknowledged.datasets]))
    expect(runs.filter(run => run.status === 'done').map(run => run.run)).toEqual(
      expect.arrayContaining([...acknowledged.runs]),
    )
    expect(models.map(each => `${each.model}:${each.version}`)).toEqual(
      expect.arrayContaining([...acknowledged.models]),
    )
    expect(
      runs
        .filter(run => run.status === 'done')
        .every(run => run.bundleDigest !== null && Object.keys(run.metrics).length > 0),
    ).toBe(true)
  }
  // More than what was left alone.
  expect(acknowledged.datasets.size).toBeGreaterThan(1)
  await workspace.close()
})

/** Import, train, register; what was answered is noted down. It fails when the engine dies, and that is no failure here. */
async function script(
  workspace: TestWorkspace,
  i: number,
  acknowledged: Record<'datasets' | 'runs' | 'models', Set<string>>,
): Promise<void> {
  const step = async <Result>(...args: string[]): Promise<Result> => workspace.json<Result>(...args)
  try {
    await step('import', join(samples, 'breast-cancer.csv'), '--name', `data-${i}`)
    acknowledged.datasets.add(`data-${i}`)
    const run = await step<Run>('train', `data-${i}`, '--target', 'diagnosis', '--algorithm', 'linear')
    acknowledged.runs.add(run.run)
    const model = await step<ModelVersion>('register', run.run, '--name', 'model')
    acknowledged.models.add(`${model.model}:${model.version}`)
  } catch (error) {
    expect(String(error)).toMatch(/unreachable|interrupted|cancelled|lost|not answer|ended/i)
  }
}

test('a job that is killed before its first checkpoint reads failed, and the engine goes on', async () => {
  const workspace = await TestWorkspace.make()
  workspace.env = { LATHE_CHECKPOINT_SECONDS: '600' }
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const training = spawn(
    process.execPath,
    [
      join(root, 'out', 'cli.js'),
      'train',
      'cells',
      '--target',
      'diagnosis',
      '--algorithm',
      'neural-network',
      '--param',
      'epochs=100000',
      '--json',
    ],
    {
      env: { ...process.env, LATHE_WORKSPACE: workspace.folder },
      stdio: 'ignore',
    },
  )
  let pid: number | undefined
  for (let i = 0; i < 200 && !pid; i += 1) {
    await sleep(50)
    const { jobs } = await workspace.json<{
      jobs: { kind: string; status: string; job: string }[]
    }>('jobs')
    const running = jobs.find(job => job.kind === 'train' && job.status === 'running')
    if (running) pid = await processOf(join(workspace.folder, 'jobs', running.job))
  }
  process.kill(pid!, 'SIGKILL')
  const code = await new Promise(resolve => training.once('exit', resolve))
  expect(code).toBe(1)
  const { runs } = await workspace.json<{ runs: Run[] }>('runs')
  expect(runs[0]).toMatchObject({
    status: 'failed',
    error: { code: 'out-of-memory' },
  })
  expect((await workspace.json<Doctor>('doctor')).ok).toBe(true)
  await workspace.close()
})
