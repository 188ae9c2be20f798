import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Examination } from '../../shared/model/examination.ts'
import type { Explanation } from '../../shared/model/explanation.ts'
import type { ForecastFindings } from '../../shared/model/forecast.ts'
import type { Evaluation, RetrainDecision } from '../../shared/model/model.ts'
import type { PairedDifference, Run } from '../../shared/model/run.ts'
import type { Search, Trial } from '../../shared/model/search.ts'
import type { ServiceAnswer } from '../../shared/model/service-answer.ts'
import { TestWorkspace } from '../lathe.ts'

/** A series from its file to a service, and again when it has grown. */
let workspace: TestWorkspace
let file: string
/** Of 200 days. */
let first: Run

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  file = join(workspace.folder, 'sales.csv')
})
afterAll(async () => {
  await workspace.run(['undeploy', 'sales'])
  await workspace.close()
})

function sales(days: number): string[] {
  return Array.from({ length: days }, (_, i) => {
    const day = new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10)
    return `${day},${(50 + 0.2 * i + [0, 1, 2, 3, 4, 12, 9][i % 7]! + ((i * 7919) % 101) / 50).toFixed(2)}`
  })
}

async function importSales(days: number): Promise<string[]> {
  const lines = sales(days)
  await writeFile(file, ['day,amount', ...lines].join('\n'))
  await workspace.json('import', file, '--name', 'sales')
  return lines
}

type Retrained = Run & { against: { run: string; differences: PairedDifference[] } | null }
const training = ['train', 'sales', '--target', 'amount', '--algorithm', 'linear']

test('a forecast is served from the last values, to what the run foretold', async () => {
  const lines = await importSales(200)
  const half = await workspace.run([...training, '--forecast', '7'])
  expect(half.stderr).toContain('A forecast wants the times too')
  const run = await workspace.json<Run>(...training, '--time', 'day', '--forecast', '7')
  first = run
  expect(run.intervals.mase![1]).toBeLessThan(1)
  expect(Object.keys(run.metrics)).toEqual(expect.arrayContaining(['interval-pinball', 'interval-coverage']))
  const { series, lags } = run.findings as ForecastFindings
  const { future } = series[0]!
  await workspace.json('register', run.run, '--name', 'sales', '--alias', 'champion')
  await workspace.json('deploy', 'sales', '--target', 'local', '--name', 'sales')
  const amounts = lines.map(line => Number(line.split(',')[1])).reverse()
  const last = Object.fromEntries(Array.from({ length: lags }, (_, k) => [`amount[-${k + 1}]`, amounts[k]]))
  const day = new Date(future.time[2]!).toISOString().slice(0, 10)
  const row = JSON.stringify({ ...last, day, step: 3 })
  const answer = await workspace.json<ServiceAnswer>('ask', 'sales', '--row', row)
  expect(answer.outputs![0]!.prediction).toBeCloseTo(future.value[2]!, 3)
})

test('when it has grown it is retrained, and held against the one in use on the same newest windows', async () => {
  await importSales(260)
  const decision = await workspace.json<RetrainDecision>('retrain', 'sales', 'sales')
  expect(decision).toMatchObject({ decision: 'promoted', metric: 'rmse', challenger: { version: 2 } })
  const run = await workspace.json<Run>('run', decision.challenger.run!)
  expect(run).toMatchObject({ datasetVersion: 2, forecast: { time: 'day', horizon: 7 } })

  // The same by hand: the first version on the test rows of the new run.
  const held = await workspace.json<Evaluation>('evaluate', 'sales:1', '--against', run.run)
  expect(held.rows).toBe(run.rows!.test)
  const difference = held.against!.differences.find(({ metric }) => metric === 'rmse')!
  expect(difference.difference).toBeCloseTo(-decision.difference, 9)
  const again = await workspace.json<Run>('retrain', run.run)
  expect(again).toMatchObject({ testRowsDigest: run.testRowsDigest, metrics: run.metrics })

  // A run without a name is held against what it came from, too: the same two models on the same windows.
  const grown = await workspace.json<Retrained>('retrain', first.run)
  expect(grown).toMatchObject({ datasetVersion: 2, from: { run: first.run }, testRowsDigest: run.testRowsDigest })
  expect(grown.against!.run).toBe(first.run)
  const turned = held.against!.differences.map(each => ({ metric: each.metric, difference: -each.difference }))
  expect(grown.against!.differences.map(({ metric, difference }) => ({ metric, difference }))).toEqual(turned)
  expect(turned.map(({ metric }) => metric)).toContain('mase')
  const alone = await workspace.json<Evaluation>('evaluate', first.run, '--against', run.run)
  expect(alone).toMatchObject({ model: null, run: first.run, metrics: held.metrics })
  const { stdout } = await workspace.run(['retrain', first.run])
  expect(stdout).toMatch(new RegExp(`Against ${first.run}, on the same rows:\n.*mase`, 's'))

  const other = await workspace.json<Run>(...training, '--time', 'day', '--forecast', '14')
  expect(await workspace.failure('evaluate', 'sales:1', '--against', other.run)).toMatchObject({
    code: 'not-comparable',
    message: 'The model foretells 7 steps of "day", and what it is held against 14 steps of "day"',
  })
})

test('a search tries the seasonal naive first, and leaves forecasts chosen by rolling origins', async () => {
  const asked = ['search', 'sales', '--target', 'amount', '--time', 'day', '--forecast', '7', '--algorithm', 'linear']
  const found = await workspace.json<Search & { trials: Trial[]; winner: Run }>(...asked, '--trials', '3')
  expect(found).toMatchObject({
    metric: 'rmse',
    winner: { algorithm: 'linear', refit: false, forecast: { horizon: 7 } },
  })
  expect(found.trials[0]).toMatchObject({ algorithm: 'baseline', share: 1 })
  expect(found.winner.foldMetrics).toHaveLength(5)
  const mean = found.winner.foldMetrics.reduce((sum, each) => sum + each.rmse! / 5, 0)
  const best = found.trials.find(({ trial }) => trial === found.best)!
  expect(best.score).toBeCloseTo(mean, 6)
  expect(best.score).toBeLessThan(found.trials[0]!.score!)
  // What it left is what the same training gives.
  const { parameters, metrics } = found.winner
  const flags = Object.entries(parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`])
  const same = await workspace.json<Run>(...training, ...flags, '--time', 'day', '--forecast', '7', '--folds', '5')
  expect(same.metrics.rmse).toBeCloseTo(metrics.rmse!, 9)
})

test('what a forecast goes by, and where it fails', async () => {
  // A promotion adds 20; on Sundays, and on one day of all, more happens than anything tells.
  const rows = Array.from({ length: 300 }, (_, i) => {
    const day = new Date(Date.UTC(2025, 0, 1 + i))
    const promotion = (i * 31) % 7 === 0 || (i * 17) % 11 === 0 ? 1 : 0
    const odd = (day.getUTCDay() === 0 ? 8 : 1) * ((((i * 7919) % 101) - 50) / 50) + (i === 290 ? 60 : 0)
    return `${day.toISOString().slice(0, 10)},${promotion},${(100 + 20 * promotion + odd).toFixed(2)}`
  })
  await writeFile(file, ['day,promotion,amount', ...rows].join('\n'))
  await workspace.json('import', file, '--name', 'shop')
  const asked = ['train', 'shop', '--target', 'amount', '--time', 'day', '--forecast', '3', '--known', 'promotion']
  const run = await workspace.json<Run>(...asked, '--algorithm', 'gradient-boosting')
  const explained = await workspace.json<Explanation>('explain', run.run)
  expect(explained.importance.slice(0, 3).map(({ columns }) => columns)).toContainEqual(['promotion'])
  expect(explained.importance.some(({ columns }) => columns.length === 14 && columns[0] === 'amount[-1]')).toBe(true)
  expect(explained.dependence.map(({ column }) => column)).toContain('promotion')

  const examined = await workspace.json<Examination>('examine', run.run)
  const [weekday] = examined.fairness.filter(({ column }) => column === 'weekday of day')
  const worst = weekday!.groups.toSorted((a, b) => b.rise - a.rise)[0]!
  expect(worst.group).toMatch(/Sunday|Saturday/)
  expect(examined.fairness.map(({ column }) => column)).toEqual(['step', 'promotion', 'weekday of day', 'month of day'])
  // The odd day is the 18th of October: foretold from one to three days before, and taken for usual a week later.
  const first = new Date(examined.windows![0]!.after).toISOString().slice(0, 10)
  expect(first).toMatch(/2025-10-(1[567]|2[234])/)
  expect(examined.windows![0]!.naiveLoss).toBeGreaterThan(500)
  expect(examined).toMatchObject({ worst: [], adversarial: null, membership: { testLoss: expect.any(Number) } })
})
