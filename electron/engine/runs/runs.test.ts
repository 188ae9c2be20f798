import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import type { Metrics, Run } from '../../../shared/model/run.ts'
import { createLogger, systemClock } from '../base/index.ts'
import type { DomainContext } from '../jobs/index.ts'
import { openRegistry, type Registry } from '../registry/index.ts'
import { createRuns, type RunService } from './runs.ts'

let workspace: string
let registry: Registry
let runs: RunService
let operations: Operations<Pick<Contract['runs'], 'list' | 'get' | 'summary'>>
const call = { signal: new AbortController().signal } as Parameters<typeof operations.list>[1]

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-runs-'))
  registry = await openRegistry(workspace, { nowMs: 1 })
  registry.database.prepare('INSERT INTO datasets (name, created_at) VALUES (?, 1)').run('cells')
  registry.database
    .prepare(
      "INSERT INTO dataset_versions (dataset, version, sha256, read_key, document, created_at) VALUES ('cells', 1, '', '', '{}', 1)",
    )
    .run()
  const context = {
    registry,
    clock: systemClock,
    logger: createLogger({ file: join(workspace, 'log') }),
    events: { publish() {} },
  } as unknown as DomainContext
  runs = createRuns(context)
  operations = runs.operations
  runs.insert(makeRun('run-aa1', 'baseline', { auc: 0.5, 'interval-coverage': 0.95 }, { auc: 0.5 }))
  runs.insert(
    makeRun('run-ab2', 'linear', { auc: 0.99, 'log-loss': 0.1, 'interval-coverage': 0.79 }, { auc: 0.97 }, { l2: 1 }),
  )
  runs.insert(
    makeRun(
      'run-ac3',
      "o'brien",
      { auc: 0.97, 'interval-coverage': 0.5 },
      { auc: 0.98 },
      { rounds: 200, note: 'slow' },
    ),
  )
  runs.insert({ ...makeRun('run-ad4', 'linear', {}, {}), status: 'failed' })
})
afterEach(async () => {
  registry.close()
  await rm(workspace, { recursive: true, force: true, maxRetries: 3 })
})

function makeRun(
  run: string,
  algorithm: string,
  metrics: Metrics,
  validationMetrics: Metrics,
  parameters: Run['parameters'] = {},
): Run {
  return {
    ...{ run, name: `${algorithm} run`, job: null, dataset: 'cells', datasetVersion: 1, target: 'y', task: 'binary' },
    ...{
      classes: ['no', 'yes'],
      algorithm,
      parameters,
      splitColumn: null,
      splitBy: 'parts',
      folds: 0,
      foldMetrics: [],
      exclude: [],
      distinctRows: false,
      sampleRows: null,
      ...{ positive: null, taskChoice: null, recalibration: null, refit: false, from: null, script: null },
      suspects: [],
      findings: null,
      forecast: null,
      seed: 1,
      deviceChoice: 'auto',
      device: 'cpu',
    },
    ...{ status: 'done', metrics, intervals: {}, validationMetrics, rows: null, testRowsDigest: null },
    ...{ bundleDigest: null, placement: [], bytesPerStep: null, warnings: [] },
    ...{ createdAt: Number.parseInt(run.at(-1)!, 10), startedAt: null, endedAt: null, seconds: 1, error: null },
  }
}

const ids = async (filter?: string, sort?: string) =>
  (await operations.list({ filter, sort, limit: 100 }, call)).runs.map(run => run.run)

test('runs come newest first, or best first with those that lack the metric last', async () => {
  expect(await ids()).toEqual(['run-ad4', 'run-ac3', 'run-ab2', 'run-aa1'])
  expect(await ids(undefined, 'auc')).toEqual(['run-ab2', 'run-ac3', 'run-aa1', 'run-ad4'])
  expect((await ids(undefined, 'log-loss'))[0]).toBe('run-ab2')
  // Both more and less than it should be are worse.
  expect((await ids(undefined, 'interval-coverage')).slice(0, 3)).toEqual(['run-ab2', 'run-aa1', 'run-ac3'])
  await expect(async () => ids(undefined, 'beauty')).rejects.toMatchObject({ code: 'bad-input' })
})

test.each([
  ["algorithm = 'linear'", ['run-ad4', 'run-ab2']],
  ["algorithm = 'linear' and status = 'done'", ['run-ab2']],
  ['metrics.auc > 0.9', ['run-ac3', 'run-ab2']],
  ["metrics.auc > 0.9 and not (algorithm = 'linear')", ['run-ac3']],
  ["metrics.auc < 0.6 or algorithm = 'o''brien'", ['run-ac3', 'run-aa1']],
  ['algorithm = "o\'brien"', ['run-ac3']],
  ['validation.auc >= 0.98', ['run-ac3']],
  ['parameters.rounds >= 100', ['run-ac3']],
  ["parameters.note = 'slow'", ['run-ac3']],
  ["status != 'done'", ['run-ad4']],
  ["algorithm = 'x''; DROP TABLE runs; --'", []],
  ["name contains 'BRIEN R'", ['run-ac3']],
  ["name contains 'linear' and not (status = 'done')", ['run-ad4']],
  ["name contains '%'", []],
])('the filter %s finds what it says', async (filter, found) => {
  expect(await ids(filter)).toEqual(found)
})

test.each([
  ['beauty > 3', 'at position 1 a field is expected'],
  ['metrics.auc', 'at position 12 =, !=, <, <=, > or >= is expected, but it ends'],
  ['metrics.auc > high', 'at position 15 a number for metrics.auc is expected'],
  ['algorithm = linear', 'at position 13 a text in quotes for algorithm is expected'],
  ["algorithm = 'linear", 'the quote at position 13 is not closed'],
  ["(algorithm = 'linear'", '")" is expected, but it ends'],
  ["algorithm = 'a' algorithm = 'b'", '"and", "or" or the end is expected'],
  ['seed contains 1', 'at position 6 =, !=, <, <=, > or >= is expected, but "contains" stands there'],
  ['name contains 3', 'at position 15 a text in quotes for name is expected'],
  ['seed = 1; DROP TABLE runs', '";" at position 9 means nothing here'],
])('the filter %s is refused, naming the position', async (filter, message) => {
  await expect(async () => ids(filter)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(message),
    mend: expect.any(String),
  })
})

test('a run is found by the beginning of its id where only one has it', () => {
  expect(runs.get('run-ab').run).toBe('run-ab2')
  expect(() => runs.get('run-a')).toThrow('Several runs begin with "run-a"')
  expect(() => runs.get('run-zz')).toThrow('There is no run "run-zz"')
  expect(() => runs.get('run-a%')).toThrow('There is no run "run-a%"')
})

test('points of curves come in the order of their steps; a step that comes again takes the place', async () => {
  runs.recordPoints('run-ab2', [
    { key: 'loss', step: 2, value: 0.5 },
    { key: 'loss', step: 1, value: 0.9 },
    { key: 'rate', step: 1, value: 0.1 },
  ])
  runs.recordPoints('run-ab2', [{ key: 'loss', step: 2, value: 0.4 }])
  const { curves } = await operations.get({ run: 'run-ab2' }, call)
  expect(curves).toEqual([
    { key: 'loss', steps: [1, 2], values: [0.9, 0.4] },
    { key: 'rate', steps: [1], values: [0.1] },
  ])
})

test('the best is chosen on validation, among the runs that are done, and held against the baseline', async () => {
  const all = ['run-aa1', 'run-ab2', 'run-ac3', 'run-ad4']
  const summary = await operations.summary({ runs: all }, call)
  expect(summary).toMatchObject({ best: 'run-ac3', metric: 'auc' })
  expect(summary.overBaseline).toBeCloseTo(0.48, 12)
  expect(await operations.summary({ runs: ['run-ad4'] }, call)).toMatchObject({ best: null, metric: null })
})
