import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Deployment, Image, Push } from '../../shared/model/deployment.ts'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { DriftReport, Endpoint, Replay } from '../../shared/model/monitoring.ts'
import type { Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'

/** Package, push and deploy against a real Docker engine, registry and cluster. */
const docker = (...args: string[]) => promisify(execFile)('docker', args).then(({ stdout }) => stdout.trim())
const hasDocker = Boolean(process.env.DOCKER_HOST)
const registry = process.env.LATHE_TEST_REGISTRY
const cluster = process.env.KUBECONFIG

let workspace: TestWorkspace
const file = join(samples, 'breast-cancer.csv')

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', file, '--name', 'cells')
  for (const seed of ['1', '2']) {
    const run = await workspace.json<Run>(
      'train',
      'cells',
      '--target',
      'diagnosis',
      '--algorithm',
      'gradient-boosting',
      '--seed',
      seed,
    )
    await workspace.json<ModelVersion>('register', run.run, '--name', 'cells-model')
  }
}, 120_000)
afterAll(() => workspace.close())

test('an image is written with no Docker at all, the same bytes each time', async () => {
  const image = await workspace.json<Image>('package', 'cells-model:1', '--out', join(workspace.folder, 'first.tar'))
  const again = await workspace.json<Image>('package', 'cells-model:1', '--out', join(workspace.folder, 'second.tar'))
  expect(image.imageDigest).toMatch(/^sha256:/)
  expect([again.imageDigest, again.imageId]).toEqual([image.imageDigest, image.imageId])
  const [first, second] = await Promise.all(
    ['first.tar', 'second.tar'].map(name => readFile(join(workspace.folder, name))),
  )
  expect(first!.equals(second!)).toBe(true)
})

test('a package is written over by its like alone, unless it is said', async () => {
  const out = join(workspace.folder, 'taken.tar')
  await writeFile(out, 'a thesis')
  const refused = await workspace.failure('package', 'cells-model:1', '--out', out)
  expect(refused).toMatchObject({ code: 'already-exists', message: `${out} is there already and is another file` })
  expect(await readFile(out, 'utf8')).toBe('a thesis')
  const first = await workspace.json<Image>('package', 'cells-model:1', '--out', out, '--replace')
  expect(await workspace.json<Image>('package', 'cells-model:1', '--out', out)).toMatchObject({
    imageDigest: first.imageDigest,
  })
  const other = await workspace.failure('package', 'cells-model:2', '--out', out)
  expect(other.message).toContain('holds the package of cells-model:1')
  expect(await workspace.failure('package', 'cells-model:2', '--out', workspace.folder, '--replace')).toMatchObject({
    code: 'bad-input',
  })
})

test.runIf(hasDocker)(
  'the tar runs in a real engine: non-root, read-only, without a network, and answers as predict does',
  async () => {
    const tag = `lathe-e2e-${process.pid}:1`
    await workspace.json('package', 'cells-model:1', '--out', join(workspace.folder, 'run.tar'))
    const loaded = await docker('load', '-i', join(workspace.folder, 'run.tar'))
    const id = /sha256:[0-9a-f]{64}/.exec(loaded)?.[0] ?? loaded.replace('Loaded image: ', '')
    await docker('tag', id, tag)
    const container = await docker('run', '-d', '--read-only', '--network', 'none', '--cap-drop', 'ALL', tag)
    try {
      const inspected = JSON.parse(await docker('inspect', container))[0] as {
        Config: { User: string; Healthcheck?: unknown }
      }
      expect(inspected.Config.User).toMatch(/^[1-9]\d*(:\d+)?$/)
      expect(inspected.Config.Healthcheck).toBeTruthy()
      const out = join(workspace.folder, 'expected.csv')
      await workspace.json('predict', 'cells-model:1', file, '--out', out)
      const [header, first] = (await readFile(out, 'utf8')).split('\n').map(line => line.split(','))
      const [names, values] = (await readFile(file, 'utf8')).split(/\r?\n/).map(line => line.split(','))
      const row = Object.fromEntries(
        names!.flatMap((name, i) => (name === 'diagnosis' ? [] : [[name, Number(values![i])]])),
      )
      const ask = `fetch('http://127.0.0.1:8080/predict',{method:'POST',headers:{'content-type':'application/json'},body:${JSON.stringify(JSON.stringify({ inputs: [row] }))}}).then(r=>r.text()).then(t=>console.log(t))`
      const node = (JSON.parse(await docker('inspect', container))[0] as { Path: string }).Path
      // It may say that it is not ready yet.
      const asked = async () => {
        const said = await docker('exec', container, node, '-e', ask).catch(() => '')
        return said.includes('"outputs"') && said
      }
      const answer = await vi.waitUntil(asked, { timeout: 120_000, interval: 200 })
      const output = (
        JSON.parse(answer) as {
          outputs: {
            prediction: string
            probabilities: Record<string, number>
          }[]
        }
      ).outputs[0]!
      const expected = Object.fromEntries(header!.map((name, i) => [name, first![i]]))
      expect(output.prediction).toBe(expected.prediction)
      for (const [label, probability] of Object.entries(output.probabilities)) {
        expect(Number(expected[`probability_${label}`])).toBeCloseTo(probability, 5)
      }
    } finally {
      await docker('rm', '-f', container)
      await docker('rmi', '-f', tag)
    }
  },
)

test.runIf(registry)('a second version pushes its own layer only', async () => {
  const repository = `${registry}/e2e-${process.pid}/cells`
  const first = await workspace.json<Push>('push', 'cells-model:1', `${repository}:1`, '--plain-http')
  const again = await workspace.json<Push>('push', 'cells-model:1', `${repository}:1`, '--plain-http')
  const second = await workspace.json<Push>('push', 'cells-model:2', `${repository}:2`, '--plain-http')
  expect(first.uploadedBytes).toBeGreaterThan(20e6)
  expect(again.uploadedBytes).toBeLessThan(64_000)
  expect(second.uploadedBytes).toBeLessThan(2e6)
})

test.runIf(hasDocker)('deploy to the Docker engine and take it back', async () => {
  const deployment = await workspace.json<Deployment>(
    'deploy',
    'cells-model:1',
    '--target',
    'docker',
    '--name',
    `e2e-docker-${process.pid}`,
  )
  expect(deployment.status).toBe('ready')
  expect((await fetch(`${deployment.url}/health/ready`)).status).toBe(200)
  await workspace.json('undeploy', deployment.deployment)
  await expect(fetch(`${deployment.url}/health/ready`)).rejects.toThrow()
  expect(await docker('ps', '-aq', '--filter', `name=${deployment.deployment}`)).toBe('')
})

test.runIf(registry && cluster)(
  'two replicas on a real cluster: predict through the Service, drift of both merged, nothing left',
  { timeout: 240_000 },
  async () => {
    const namespace = `lathe-e2e-${process.pid}`
    const ref = `${registry}/e2e-${process.pid}/cells:1`
    await workspace.json('push', 'cells-model:1', ref, '--plain-http')
    const kubectl = (...args: string[]) =>
      promisify(execFile)('kubectl', ['--context', 'lathe-test', ...args]).then(({ stdout }) => stdout.trim())
    const deployment = await workspace.json<Deployment>(
      'deploy',
      'cells-model:1',
      '--target',
      'kubernetes',
      '--context',
      'lathe-test',
      '--namespace',
      namespace,
      '--image',
      ref,
      '--replicas',
      '2',
      '--name',
      'cells-k8s',
    )
    try {
      expect(deployment).toMatchObject({
        status: 'ready',
        replicas: { wanted: 2, ready: 2 },
      })
      await workspace.json<Endpoint>('watch', 'cells-k8s', '--name', 'cells-k8s')
      // The Service gives each connection to either replica: traffic goes on until both have had some.
      let sent = 0
      const look = () => workspace.json<DriftReport>('drift', 'cells-k8s')
      let report: DriftReport
      do {
        const replay = await workspace.json<Replay>('replay', file, '--to', deployment.url!)
        expect(replay.errors).toBe(0)
        sent += replay.sent
        await sleep(500)
        report = await look()
      } while (report.replicas < 2 && sent < 20 * 569)
      expect(report.replicas).toBe(2)
      // A server tells a moment later what it has counted.
      await expect.poll(async () => (await look()).rows).toBe(sent)
    } finally {
      await workspace.json('undeploy', 'cells-k8s')
    }
    // With its namespace all that was in it is gone.
    expect(await kubectl('get', 'namespace', namespace, '--ignore-not-found', '-o', 'name')).toBe('')
  },
)
