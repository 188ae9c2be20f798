import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Deployment, DeploymentVersion, Plan } from '../../shared/model/deployment.ts'
import type { Endpoint } from '../../shared/model/monitoring.ts'
import type { Run } from '../../shared/model/run.ts'
import type { ServiceAnswer } from '../../shared/model/service-answer.ts'
import type { ServiceLog } from '../../shared/model/service-log.ts'
import { TestWorkspace } from '../lathe.ts'

/** A new version in the place of the live one, and the way back, on the command line. */
let workspace: TestWorkspace
const local = ['--target', 'local', '--name', 'service']
const name = 'sizes \u202ereversed'

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  const file = join(workspace.folder, 'sizes.csv')
  const rows = Array.from({ length: 120 }, (_, i) => [i % 10, (i % 10) * 2 + (i % 3)].join())
  await writeFile(file, `width,size\n${rows.join('\n')}\n`)
  await workspace.json('import', file, '--name', 'sizes', '--target', 'size')
  for (const algorithm of ['baseline', 'linear']) {
    const run = await workspace.json<Run>('train', 'sizes', '--target', 'size', '--algorithm', algorithm)
    await workspace.json('register', run.run, '--name', name)
  }
})
afterAll(async () => {
  await workspace.run(['undeploy', 'service'])
  await workspace.close()
})

async function served(): Promise<number | null> {
  const answer = await workspace.json<ServiceAnswer>('ask', 'service', '--row', '{"width":4}')
  return answer.model!.version
}

test('an update through its plan, and back again, at one address', async () => {
  const first = await workspace.json<Deployment>('deploy', `${name}:1`, ...local)
  const same = await workspace.run(['plan', `${name}:1`, ...local])
  expect(same.stdout).toMatch(/^Nothing would change\n/)

  const plan = await workspace.run(['plan', `${name}:2`, ...local])
  expect(plan.stdout).toContain('    - model: sizes \\u{202e}reversed:1\n    + model: sizes \\u{202e}reversed:2\n')
  expect(plan.stdout).not.toContain('\u202e')
  expect(await workspace.json<Deployment>('deploy', `${name}:2`, ...local)).toMatchObject({ url: first.url })
  expect(await served()).toBe(2)

  const back = await workspace.json<Plan>('rollback', 'service', '--plan')
  expect(back.changes.flatMap(({ fields }) => fields)).toContainEqual({
    path: 'model',
    before: `${name}:2`,
    after: `${name}:1`,
  })
  expect(await served()).toBe(2)
  expect(await workspace.json<Deployment>('rollback', 'service')).toMatchObject({ version: 1, url: first.url })
  expect(await served()).toBe(1)
  const { versions } = await workspace.json<{ versions: DeploymentVersion[] }>('versions', 'service')
  expect(versions).toMatchObject([
    { number: 3, version: 1, status: 'applied', by: 'rollback', restores: 1 },
    { number: 2, version: 2, status: 'superseded' },
    { number: 1, version: 1, status: 'superseded' },
  ])
  expect(await workspace.failure('rollback', 'service', '--to', '9')).toMatchObject({ code: 'not-found' })
  // One log, whichever server wrote it.
  const { lines, leftOut } = await workspace.json<ServiceLog>('logs', 'service')
  expect(lines.filter(line => line.includes('"Ready"'))).toHaveLength(3)
  expect(leftOut).toBe(0)
})

test('a process that is gone says so, with the last of its log', async () => {
  const { deployments } = await workspace.json<{ deployments: Deployment[] }>('deployments')
  const { replicas, handle } = deployments[0]!
  expect(replicas.each).toMatchObject([{ name: `process ${handle.pid}`, state: 'ready', restarts: 0, reason: null }])
  process.kill(Number(handle.pid), 'SIGKILL')
  await expect
    .poll(async () => (await workspace.run(['deployments'])).stdout, { timeout: 30_000 })
    .toMatch(/^service +process \d+ +stopped .*The process is gone. Its log ends with: \{"time"/m)
})

test('what a service counted is kept when it is taken away', async () => {
  await workspace.json('deploy', `${name}:2`, ...local)
  await workspace.json('watch', 'service')
  for (let row = 0; row < 3; row += 1) await served()
  await workspace.json('undeploy', 'service')
  const { endpoints } = await workspace.json<{ endpoints: Endpoint[] }>('endpoints')
  expect(endpoints).toMatchObject([{ endpoint: 'service', rows: 3 }])
})
