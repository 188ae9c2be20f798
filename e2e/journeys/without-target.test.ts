import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run } from '../../shared/model/run.ts'
import type { ServiceAnswer } from '../../shared/model/service-answer.ts'
import { samples, TestWorkspace } from '../lathe.ts'

/** Models that foretell no column of their rows are predicted with and served like any other. */
const cells = join(samples, 'breast-cancer.csv')
const deployments: string[] = []
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
})
afterAll(async () => {
  for (const name of deployments) await workspace.run(['undeploy', name])
  await workspace.close()
})

async function serve(run: string, name: string): Promise<void> {
  await workspace.json('register', run, '--name', name)
  await workspace.json('deploy', name, '--target', 'local', '--name', name)
  deployments.push(name)
}

async function ask(name: string, row: Record<string, unknown>) {
  const answer = await workspace.json<ServiceAnswer>('ask', name, '--row', JSON.stringify(row))
  return answer.outputs![0]!
}

test('anomalies and clusters: trained without a target, scored from a file and served to the same answer', async () => {
  await workspace.json('import', cells, '--name', 'cells', '--target', 'diagnosis')
  const [header, first] = (await readFile(cells, 'utf8')).split('\n').map(line => line.trim().split(','))
  const row = Object.fromEntries(header!.slice(0, -1).map((name, i) => [name, Number(first![i])]))
  const training = ['train', 'cells', '--no-target', '--exclude', 'diagnosis', '--algorithm']
  for (const algorithm of ['isolation-forest', 'k-means']) {
    const run = await workspace.json<Run>(...training, algorithm)
    expect(run.target).toBeNull()
    await serve(run.run, algorithm)
    const out = join(workspace.folder, `${algorithm}.csv`)
    await workspace.json('predict', algorithm, cells, '--out', out)
    const [titles, answered] = (await readFile(out, 'utf8')).split('\n').map(line => line.split(','))
    const told = await ask(algorithm, row)
    if (algorithm === 'k-means') {
      expect(titles).toEqual(['prediction', 'bundle_digest'])
      expect(told).toEqual({ prediction: answered![0] })
    } else {
      expect(titles).toEqual(['prediction', 'anomaly', 'bundle_digest'])
      expect(told.prediction).toBeCloseTo(Number(answered![0]), 5)
      expect(String(told.anomaly)).toBe(answered![1])
    }
  }
  const said = await workspace.run(['train', 'cells', '--no-target', '--algorithm', 'linear'])
  expect(said.code).toBe(1)
  expect(said.stderr).toContain('linear learns a target, and none is named')
  expect(await workspace.failure('train', 'cells', '--no-target', '--task', 'regression')).toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('Leave out --task'),
  })
})
