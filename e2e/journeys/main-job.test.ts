import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatasetVersion } from '../../shared/model/dataset.ts'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { ModelVersion, Prediction } from '../../shared/model/model.ts'
import type { DriftReport, Replay } from '../../shared/model/monitoring.ts'
import type { Comparison, Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'

/** The main job from a file to a watched service, through the command line, each step on what the one before left. */
let workspace: TestWorkspace
const file = join(samples, 'breast-cancer.csv')
let best: Run
let runs: Run[]
let deployment: Deployment

beforeAll(async () => {
  workspace = await TestWorkspace.make()
})
afterAll(async () => {
  if (deployment) await workspace.run(['undeploy', deployment.deployment])
  await workspace.close()
})

test('import', async () => {
  const imported = await workspace.json<DatasetVersion>('import', file, '--name', 'cells', '--target', 'diagnosis')
  expect(imported).toMatchObject({ dataset: 'cells', version: 1, rows: 569 })
  expect(imported.columns).toHaveLength(31)
  const again = await workspace.json<DatasetVersion>('import', file, '--name', 'cells', '--target', 'diagnosis')
  expect([again.version, again.sha256]).toEqual([1, imported.sha256])
})

test('train all algorithms; the best beats the baseline', async () => {
  const answer = await workspace.json<Run & { runs: Run[]; best: string }>(
    'train',
    'cells',
    '--target',
    'diagnosis',
    '--seed',
    '1',
  )
  runs = answer.runs
  expect(runs.map(run => run.algorithm).sort()).toEqual(['baseline', 'gradient-boosting', 'linear', 'neural-network'])
  expect(runs.every(run => run.status === 'done' && run.bundleDigest !== null)).toBe(true)
  best = runs.find(run => run.run === answer.best)!
  expect(best.algorithm).not.toBe('baseline')
  expect(answer.metrics).toEqual(best.metrics)
  expect(best.metrics.auc).toBeGreaterThan(0.97)
  const [low, high] = best.intervals.auc!
  expect(low).toBeLessThan(best.metrics.auc!)
  expect(high).toBeGreaterThanOrEqual(best.metrics.auc!)
})

test('compare: the best against the baseline is better, against itself within noise', async () => {
  const baseline = runs.find(run => run.algorithm === 'baseline')!
  const comparison = await workspace.json<Comparison>('compare', baseline.run, best.run)
  expect(comparison.differences.find(({ metric }) => metric === 'auc')).toMatchObject({ verdict: 'better' })
  // What is known is not computed again.
  expect(await workspace.json<Comparison>('compare', baseline.run, best.run)).toEqual(comparison)
  expect(await workspace.json('jobs', '--kind', 'compare')).toMatchObject({ total: 1 })
  const other = await workspace.json<Run>(
    'train',
    'cells',
    '--target',
    'diagnosis',
    '--algorithm',
    'baseline',
    '--seed',
    '2',
  )
  expect(await workspace.failure('compare', baseline.run, other.run)).toMatchObject({ code: 'not-comparable' })
})

test('register, predict, deploy, ask, and get the same answer', async () => {
  const model = await workspace.json<ModelVersion>('register', best.run, '--name', 'cells-model', '--alias', 'champion')
  expect(model).toMatchObject({
    model: 'cells-model',
    version: 1,
    aliases: ['champion'],
    bundleDigest: best.bundleDigest,
  })
  const out = join(workspace.folder, 'predictions.csv')
  const prediction = await workspace.json<Prediction>('predict', 'cells-model@champion', file, '--out', out)
  expect(prediction.rows).toBe(569)
  const [header, first] = (await readFile(out, 'utf8'))
    .trim()
    .split('\n')
    .map(line => line.split(','))
  const predicted = Object.fromEntries(header!.map((name, i) => [name, first![i]]))

  deployment = await workspace.json<Deployment>('deploy', 'cells-model', '--target', 'local', '--name', 'cells-service')
  expect(deployment.status).toBe('ready')
  const [names, values] = (await readFile(file, 'utf8')).split(/\r?\n/).map(line => line.split(','))
  const row = Object.fromEntries(
    names!.map((name, i) => [name, name === 'diagnosis' ? values![i] : Number(values![i])]),
  )
  delete row.diagnosis
  const answer = await fetch(`${deployment.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: [row] }),
  })
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as {
    model: { digest: string }
    outputs: { prediction: string; probabilities: Record<string, number> }[]
  }
  expect(body.model.digest).toBe(best.bundleDigest)
  expect(body.outputs[0]!.prediction).toBe(predicted.prediction)
  for (const [label, probability] of Object.entries(body.outputs[0]!.probabilities)) {
    expect(Number(predicted[`probability_${label}`])).toBeCloseTo(probability, 5)
  }
})

test('watch, replay, and see no drift; shift the traffic, and see it', async () => {
  await workspace.json('watch', deployment.url!, '--name', 'cells-endpoint')
  const same = await workspace.json<Replay>('replay', file, '--to', deployment.url!)
  expect(same).toMatchObject({ sent: 569, errors: 0 })
  const calm = await workspace.json<DriftReport>('drift', 'cells-endpoint')
  // And the one row that was asked before.
  expect(calm.rows).toBe(569 + 1)
  expect(calm.columns.filter(column => column.drifted).map(column => column.name)).toEqual([])

  const [header, ...lines] = (await readFile(file, 'utf8')).trim().split(/\r?\n/)
  const column = header!.split(',').indexOf('mean radius')
  const shifted = lines.map(line =>
    line
      .split(',')
      .map((value, i) => (i === column ? String(Number(value) * 1.5) : value))
      .join(','),
  )
  const shiftedFile = join(workspace.folder, 'shifted.csv')
  await writeFile(shiftedFile, [header, ...shifted, ...shifted].join('\n'))
  await workspace.json('replay', shiftedFile, '--to', deployment.url!)
  const moved = await workspace.json<DriftReport>('drift', 'cells-endpoint')
  expect(moved.rows).toBe(569 * 3 + 1)
  expect(moved.columns.filter(({ drifted }) => drifted).map(({ name }) => name)).toContain('mean radius')
})

test('undeploy leaves nothing', async () => {
  const { deployments } = await workspace.json<{ deployments: Deployment[] }>('deployments')
  expect(deployments.find(each => each.deployment === 'cells-service')?.status).toBe('ready')
  await workspace.json('undeploy', 'cells-service')
  await expect(fetch(`${deployment.url}/health/live`)).rejects.toThrow()
  expect(existsSync(join(workspace.folder, 'deployments', 'cells-service'))).toBe(false)
})
