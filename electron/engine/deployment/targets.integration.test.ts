import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Deployment, TargetId } from '../../../shared/model/deployment.ts'
import { Cluster, openDocker } from '../clients/index.ts'
import { availableBases } from '../packaging/index.ts'
import { targets } from './targets/index.ts'
import { forwardedUrl } from './targets/kubernetes/access.ts'
import { namesOf } from './targets/kubernetes/objects.ts'
import { listPods } from './targets/kubernetes/rollout.ts'
import { openWorkbench, type Workbench } from './testing/workbench.ts'

const hasBase = (await availableBases()).length > 0
const registryHost = process.env.LATHE_TEST_REGISTRY
const namespace = `lathe-conformance-${process.pid}`
const row = { width: 3, height: 4 }

let bench: Workbench
beforeEach(async () => {
  bench = await openWorkbench()
})
afterEach(async () => {
  const { deployments } = await bench.deployment.operations.list(undefined, {})
  for (const { deployment } of deployments) {
    await bench.finish('undeploy', bench.deployment.operations.undeploy({ deployment }, {}))
  }
  await bench.close()
})

async function predict(url: string | null): Promise<unknown> {
  const body = JSON.stringify({ inputs: [row] })
  const answer = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return ((await answer.json()) as { outputs: { prediction: number }[] }).outputs[0]?.prediction
}

const request = (target: TargetId, more: Record<string, unknown> = {}) => ({
  model: 'area',
  target,
  name: 'Area of things',
  replicas: 1,
  ...(target === 'kubernetes' ? { context: 'lathe-test', namespace, replicas: 2 } : {}),
  ...more,
})

async function prepare(target: TargetId, version: number, offset: number): Promise<void> {
  await bench.addVersion('area', version, { offset })
  if (target !== 'kubernetes') return
  const ref = `${registryHost}/lathe-conformance/area:${version}`
  await bench.finish('push', bench.packaging.operations.push({ model: 'area', ref, plainHttp: true }, {}))
}

const conditions: Record<TargetId, unknown> = {
  local: true,
  docker: process.env.DOCKER_HOST && hasBase,
  kubernetes: process.env.KUBECONFIG && registryHost && hasBase,
}

/** What a target still has of ours. */
const remains: Record<TargetId, (deployment: Deployment) => Promise<unknown[]>> = {
  async local({ handle }) {
    try {
      process.kill(Number(handle.pid), 0)
      return [handle.pid]
    } catch {
      return []
    }
  },
  async docker() {
    const docker = await openDocker()
    const label = [`lathe.workspace=${bench.registry.meta('workspace')}`]
    const containers = await docker.listContainers({ all: true, filters: { label } })
    const images = await docker.listImages()
    return [
      ...containers,
      ...images.filter(({ RepoTags }) => RepoTags?.some(tag => tag.startsWith('lathe-deployment/'))),
    ]
  },
  async kubernetes() {
    const cluster = await Cluster.open('lathe-test')
    return [await cluster.object(`/api/v1/namespaces/${namespace}`)].filter(object => object !== null)
  },
}

describe.each(targets.entries.map(({ id }) => id))('%s', target => {
  const deploy = (more = {}) => bench.finish('deploy', bench.deployment.operations.deploy(request(target, more), {}))

  test.runIf(conditions[target])(
    'deploys, answers, and leaves nothing when it is taken away',
    { timeout: 180_000 },
    async () => {
      const { operations } = bench.deployment
      await prepare(target, 1, 0.5)
      const plan = await operations.plan(request(target), {})
      expect(plan.objects.length).toBeGreaterThan(0)
      expect(await remains[target]({ handle: { pid: 0x3fffffff } } as unknown as Deployment)).toEqual([])

      const first = await deploy()
      expect(first).toMatchObject({ status: 'ready', target, model: 'area', version: 1, error: null })
      expect(await predict(first.url)).toBeCloseTo(3 * 2 + 4 * 3 + 0.5, 5)

      const again = await deploy()
      expect({ ...again, createdAt: 0 }).toEqual({ ...first, createdAt: 0 })

      expect((await operations.list(undefined, {})).deployments).toMatchObject([
        { status: 'ready', replicas: first.replicas },
      ])
      const endpoints = await bench.deployment.endpointsOf('Area of things')
      expect(endpoints).toHaveLength(first.replicas.wanted)
      for (const endpoint of endpoints) expect((await fetch(`${endpoint}/health/ready`)).status).toBe(200)

      const answer = await operations.ask({ deployment: 'Area of things', rows: [row] }, {})
      expect(answer).toMatchObject({
        status: 200,
        address: first.url,
        model: { digest: first.bundleDigest },
        error: null,
      })
      expect(answer.outputs![0]!.prediction).toBeCloseTo(3 * 2 + 4 * 3 + 0.5, 5)
      const log = await operations.logs({ deployment: 'Area of things', limit: 50 }, {})
      expect(log.isRunning).toBe(true)
      expect(log.lines.filter(line => line.includes('Ready'))).toHaveLength(1)
      const { replica, cursor } = log
      expect(await operations.logs({ deployment: 'Area of things', replica, cursor, limit: 50 }, {})).toEqual({
        ...log,
        lines: [],
      })
      const nobody = { deployment: 'Area of things', replica: 'nobody', limit: 50 }
      await expect(operations.logs(nobody, {})).rejects.toMatchObject({ code: 'not-found' })

      const gone = await bench.finish('undeploy', operations.undeploy({ deployment: 'Area of things' }, {}))
      expect(gone).toMatchObject({ status: 'stopped', url: null })
      expect((await operations.list(undefined, {})).deployments).toEqual([])
      expect(await remains[target](first)).toEqual([])
      await expect(bench.deployment.endpointsOf('Area of things')).rejects.toMatchObject({ code: 'not-found' })
    },
  )

  test.runIf(conditions[target])(
    'another version of a live name rolls over or is refused',
    { timeout: 180_000 },
    async () => {
      await prepare(target, 1, 0)
      const first = await deploy()
      await prepare(target, 2, 100)
      if (targets.get(target).rollsOver) {
        const second = await deploy()
        expect(second).toMatchObject({ version: 2, status: 'ready' })
        expect(await predict(second.url)).toBeCloseTo(118, 4)
      } else {
        await expect(deploy()).rejects.toMatchObject({
          code: 'already-exists',
          mend: expect.stringContaining('lathe undeploy'),
        })
        expect(await predict(first.url)).toBeCloseTo(18, 4)
      }
    },
  )

  test.runIf(conditions[target])(
    'what a killed deploy job left behind is taken away',
    { timeout: 180_000 },
    async () => {
      await prepare(target, 1, 0)
      const { job } = await bench.deployment.operations.deploy(request(target), {})
      // The whole work is done, but the engine hears nothing of it: as if the job's process had been killed at the end.
      const lost = await bench.loseJob(job)
      await expect(bench.deployment.operations.list(undefined, {})).resolves.toMatchObject({
        deployments: [{ status: 'interrupted' }],
      })
      await bench.finish('undeploy', bench.deployment.operations.undeploy({ deployment: 'Area of things' }, {}))
      expect(await remains[target](lost as Deployment)).toEqual([])
    },
  )
})

test.runIf(conditions.kubernetes)(
  'replicas that this machine cannot reach are read through the API server, on known paths only',
  { timeout: 180_000 },
  async () => {
    await prepare('kubernetes', 1, 0)
    const { handle } = await bench.finish('deploy', bench.deployment.operations.deploy(request('kubernetes'), {}))
    const cluster = await Cluster.open('lathe-test')
    const workspace = bench.registry.meta('workspace') ?? ''
    const names = namesOf({ workspace, deployment: 'Area of things', namespace })
    expect(names.name).toBe(handle.name)
    for (const { metadata } of await listPods(cluster, names)) {
      const url = await forwardedUrl(cluster, names, metadata.name)
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{30,}$/)
      expect((await fetch(`${url}/health/ready`)).status).toBe(200)
      expect((await fetch(`${url}/drift`)).status).toBe(200)
      expect((await fetch(`${url}/drift?since=5`)).status).toBe(200)
      expect((await fetch(`${url}/predict`)).status).toBe(404)
      expect((await fetch(`${url}/drift`, { method: 'POST' })).status).toBe(404)
      expect((await fetch(`${new URL(url).origin}/guess/drift`)).status).toBe(404)
    }
  },
)
