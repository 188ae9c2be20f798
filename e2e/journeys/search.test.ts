import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readRuntimeFile } from '../../electron/headless/runtime-file.ts'
import { createLatheClient, type LatheClient } from '../../shared/contract/client.ts'
import type { LogLine } from '../../shared/model/job.ts'
import type { Comparison, Run } from '../../shared/model/run.ts'
import type { Search, Trial } from '../../shared/model/search.ts'
import { processOf, samples, TestWorkspace } from '../lathe.ts'

type Found = Search & { trials: Trial[]; winner: Run }
let workspace: TestWorkspace
beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
})
afterAll(() => workspace.close())

const ask = ['search', 'cells', '--target', 'diagnosis']
const search = (...flags: string[]) => workspace.json<Found>(...ask, ...flags)
const seeded = ['--trials', '12', '--seed', '7', '--algorithm', 'linear', '--algorithm', 'gradient-boosting']
const tried = ({ trials }: Found) =>
  trials.map(({ algorithm, parameters, score }) => ({ algorithm, parameters, score }))

/** A search with no near end, once it has so many trials with a score. */
async function endless(trials: number): Promise<{ id: string; job: string; answer: ReturnType<TestWorkspace['run']> }> {
  const answer = workspace.run([...ask, '--trials', '100000', '--algorithm', 'linear', '--json'])
  for (;;) {
    const { searches } = await workspace.json<{ searches: Search[] }>('searches')
    const running = searches.find(({ status }) => status === 'running')
    const found = running && (await workspace.json<Found>('searches', running.search))
    if (found && found.trials.filter(({ status }) => status === 'done').length >= trials) {
      return { id: found.search, job: found.job, answer }
    }
    await sleep(50)
  }
}

test('as many trials as were asked for, where they are too few to be blended', async () => {
  const { trials, winner } = await search('--trials', '9', '--algorithm', 'linear', '--algorithm', 'decision-tree')
  expect(trials).toHaveLength(1 + 9)
  expect(winner.algorithm).not.toBe('blend')
})

test('a search by trials trains the baseline first, is the same for the same seed, and leaves runs that compare on the same rows', {
  timeout: 300_000,
}, async () => {
  const found = await search(...seeded)
  expect(found).toMatchObject({ status: 'done', metric: 'auc', task: 'binary' })
  expect(found.trials).toHaveLength(13)
  expect(found.trials[0]).toMatchObject({ algorithm: 'baseline', status: 'done', score: 0.5 })
  const best = found.trials[found.best!]!
  // A blend wins from one standard error behind, which is less than a hundredth here; nothing else does.
  const highest = Math.max(...found.trials.map(({ score }) => score!))
  expect(best.score).toBeGreaterThanOrEqual(best.algorithm === 'blend' ? highest - 0.01 : highest)
  expect(found.winner).toMatchObject({ run: found.runs[1], algorithm: best.algorithm, parameters: best.parameters })
  expect(found.winner.validationMetrics.auc).toBe(best.score)
  expect(found.findings.join(' ')).toContain('On the test rows, which no trial saw')

  const again = await search(...seeded)
  expect(tried(again)).toEqual(tried(found))
  expect(again.winner.bundleDigest).toBe(found.winner.bundleDigest)

  const compared = await workspace.json<Comparison>('compare', ...found.runs)
  expect(compared.runs.map(({ algorithm }) => algorithm)[0]).toBe('baseline')
  // What the search kept of the trial is what the same training gives.
  const flags = Object.entries(best.parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`])
  const trained = await workspace.json<Run>(
    'train',
    'cells',
    '--target',
    'diagnosis',
    '--seed',
    '7',
    ...['--algorithm', best.algorithm, ...flags, '--folds', String(found.winner.folds), '--refit'],
  )
  expect(found.winner.refit).toBe(true)
  expect(trained.bundleDigest).toBe(found.winner.bundleDigest)
})

test('a search by time ends within it, with folds as well, and says what it found', { timeout: 300_000 }, async () => {
  const found = await search('--minutes', '0.5', '--folds', '3', '--algorithm', 'linear')
  // A machine that is busy may be late; how late is what `bench search` shows.
  expect(found.endedAt! - found.startedAt!).toBeLessThan(30_000 * 1.5)
  // A linear model, or several of them blended.
  expect(['linear', 'blend']).toContain(found.winner.algorithm)
  expect(found.winner).toMatchObject({ folds: 3 })
  expect(found.winner.foldMetrics).toHaveLength(3)
  expect(found.winner.validationMetrics.auc).toBe(found.trials[found.best!]!.score)
})

test('a budget that is over before anything is tried still leaves the baseline, and says so', {
  timeout: 300_000,
}, async () => {
  const found = await search('--minutes', '0.0167')
  expect(found).toMatchObject({
    status: 'done',
    trials: [{ algorithm: 'baseline', status: 'done' }, ...found.trials.slice(1)],
  })
  const { runs } = await workspace.json<{ runs: Run[] }>('runs')
  expect(runs.find(({ run }) => run === found.runs[0])).toMatchObject({ algorithm: 'baseline', status: 'done' })
  if (found.runs.length === 1)
    expect(found.findings[0]).toContain('Nothing but the baseline was trained to its end within the budget of 1')
})

test('stopped by hand it keeps its best; cancelled it leaves its trials and no run', { timeout: 300_000 }, async () => {
  const first = await endless(3)
  await workspace.json('finish', first.job)
  const kept = JSON.parse((await first.answer).stdout) as Found
  expect(kept).toMatchObject({ status: 'done', winner: { algorithm: 'linear', status: 'done' } })
  expect(kept.findings.join(' ')).toContain('stopped by hand')

  const { runs: before } = await workspace.json<{ runs: Run[] }>('runs')
  const second = await endless(3)
  await workspace.json('cancel', second.job)
  expect((await second.answer).code).toBe(1)
  const gone = await workspace.json<Found>('searches', second.id)
  expect(gone).toMatchObject({ status: 'cancelled', runs: [] })
  expect(gone.trials.filter(({ status }) => status === 'done').length).toBeGreaterThanOrEqual(3)
  expect(gone.trials.map(({ status }) => status)).not.toContain('running')
  expect((await workspace.json<{ runs: Run[] }>('runs')).runs).toHaveLength(before.length)
})

test('when the engine is killed the search reads interrupted, and its trials are there', {
  timeout: 300_000,
}, async () => {
  const { id, answer } = await endless(3)
  process.kill(readRuntimeFile(workspace.folder)!.pid, 'SIGKILL')
  await answer
  const found = await workspace.json<Found>('searches', id)
  expect(found).toMatchObject({ status: 'interrupted', runs: [], error: { code: 'interrupted' } })
  expect(found.trials.filter(({ status }) => status === 'done').length).toBeGreaterThanOrEqual(3)
  expect(found.trials.map(({ status }) => status)).not.toContain('running')
})

test('its job killed, and then paused, a search goes on with the trials that it has, and ends as one that was not broken, to the byte', {
  timeout: 900_000,
}, async () => {
  // Of trials that take longer than a command does.
  const flags = ['--trials', '11', '--seed', '3', '--algorithm', 'random-forest']
  const whole = await search(...flags)
  await workspace.run(['stop'])
  workspace.env = { LATHE_CHECKPOINT_SECONDS: '0.05' }
  const {
    search: id,
    job,
    answer,
  } = await cutOffAt(3, [...ask, ...flags], async folder => process.kill((await processOf(folder))!, 'SIGKILL'))
  expect((await answer).code).toBe(1)
  expect(await workspace.json<Found>('searches', id)).toMatchObject({ status: 'interrupted' })

  const again = await cutOffAt(5, ['resume', id], (_folder, job) => engine().jobs.pause({ job }))
  expect((await again.answer).code).toBe(1)
  expect(await workspace.json<Found>('searches', id)).toMatchObject({ status: 'paused', error: null })

  const resumed = await workspace.json<Found>('resume', id)
  expect(resumed).toMatchObject({ status: 'done', search: id })
  expect(tried(resumed)).toEqual(tried(whole))
  expect(resumed.winner.bundleDigest).toBe(whole.winner.bundleDigest)
  const { lines } = await workspace.json<{ lines: LogLine[] }>('log', job)
  expect(lines.filter(({ message }) => message.startsWith('It goes on after'))).toHaveLength(2)
  await vi.waitUntil(() => !existsSync(join(workspace.folder, 'jobs', job, 'checkpoint')), { timeout: 60_000 })
})

/** The engine without a command between, which trials would overtake. */
function engine(): LatheClient {
  const { port, token } = readRuntimeFile(workspace.folder)!
  return createLatheClient({ url: `http://127.0.0.1:${port}`, token })
}

/** Gives a command that searches, and cuts the newest search off once its trial of that number runs and it has a checkpoint. */
async function cutOffAt(trial: number, args: string[], cut: (folder: string, job: string) => Promise<unknown>) {
  const answer = workspace.run([...args, '--json'])
  const found = await vi.waitUntil(
    async () => {
      const { searches } = await workspace.json<{ searches: Search[] }>('searches')
      return searches[0]?.status === 'running' && searches[0]
    },
    { timeout: 300_000, interval: 20 },
  )
  const folder = join(workspace.folder, 'jobs', found.job)
  const begins = `"trial":{"trial":${trial},`
  await vi.waitUntil(
    () => {
      if (!existsSync(join(folder, 'checkpoint', 'state'))) return false
      const told = readFileSync(join(folder, 'events.jsonl'), 'utf8')
      // Of the process that runs now.
      return told.lastIndexOf(begins) > told.lastIndexOf('"opened"')
    },
    { timeout: 300_000, interval: 5 },
  )
  await cut(folder, found.job)
  return { ...found, answer }
}

// Windows holds no trial to its memory.
test.skipIf(process.platform === 'win32')(
  'when every trial fails the search reads failed, with the causes counted, and its baseline stands',
  { timeout: 300_000 },
  async () => {
    const trials = ['--trials', '2', '--algorithm', 'neural-network', '--folds', '0']
    // So little that reading and the baseline have room, and no network has.
    let error = { code: '', message: '' }
    for (let megabytes = 128; !error.message.startsWith('Every trial failed'); megabytes += 12)
      error = await workspace.failure(...ask, ...trials, '--memory', String(megabytes))
    expect(error).toMatchObject({ code: 'out-of-memory', message: expect.stringContaining('2 of 2: A trial held') })
    const { searches } = await workspace.json<{ searches: Search[] }>('searches')
    expect(searches[0]).toMatchObject({ status: 'failed', error: { code: 'out-of-memory' }, best: 0 })
    expect(searches[0]!.findings.join()).toContain('2 failed')
    const { runs } = await workspace.json<{ runs: Run[] }>('runs')
    const left = runs.filter(({ run }) => searches[0]!.runs.includes(run))
    expect(left).toMatchObject([{ algorithm: 'baseline', status: 'done' }])
  },
)

test('what cannot be searched says why', { timeout: 300_000 }, async () => {
  expect(await workspace.failure(...ask, '--algorithm', 'oracle')).toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('no algorithm "oracle"'),
  })
  expect(await workspace.failure('search', 'cells', '--target', 'nope', '--trials', '2')).toMatchObject({
    code: 'bad-input',
  })
  expect(await workspace.failure(...ask, '--trials', '2', '--memory', '64')).toMatchObject({
    code: 'out-of-memory',
    message: expect.stringContaining('64 MB are allowed'),
  })
})
