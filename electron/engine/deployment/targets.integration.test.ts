import { Agent, request as send } from 'node:http'
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
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
  if (conditions.docker) await removeBrokenImage()
  await bench.close()
})

/** The answer to one row, or why there was none. */
function ask(url: string, agent: Agent): Promise<number | Error> {
  return new Promise(resolve => {
    const body = JSON.stringify({ inputs: [row] })
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const asked = send(`${url}/predict`, { method: 'POST', agent, headers }, async answer => {
      try {
        const said = (await json(answer)) as { outputs?: { prediction: number }[] }
        resolve(said.outputs?.[0]?.prediction ?? new Error(`${answer.statusCode}: ${JSON.stringify(said)}`))
      } catch (error) {
        resolve(error as Error)
      }
    })
    asked.once('error', resolve)
    asked.end(body)
  })
}

/** Over a new connection. */
const predict = (url: string | null) => ask(url ?? '', new Agent({ keepAlive: false }))

/** Asks one request after the other, over connections that are kept and over new ones, until it is told to stop. */
function askWithoutPause(url: string) {
  const results: (number | Error)[] = []
  let isOn = true
  const loop = async (keepAlive: boolean) => {
    const agent = new Agent({ keepAlive })
    while (isOn) results.push(await ask(url, agent))
    agent.destroy()
  }
  const loops = [loop(true), loop(false)]
  return {
    /** What came back, in order. */
    get answers() {
      return results.filter(result => typeof result === 'number')
    },
    get failures() {
      return results.filter(result => result instanceof Error)
    },
    failuresAfter: (answer: number) => results.slice(results.indexOf(answer)).filter(result => result instanceof Error),
    untilAnswer: (answer: number) => vi.waitUntil(() => results.includes(answer), { timeout: 30_000 }),
    async stop() {
      isOn = false
      await Promise.all(loops)
    },
  }
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

const brokenImage = { repo: 'lathe-test/broken', tag: `${process.pid}` }
const brokenReference = `${brokenImage.repo}:${brokenImage.tag}`

async function removeBrokenImage(): Promise<void> {
  const docker = await openDocker()
  const made = await docker.listImages({ filters: { reference: [brokenReference] } })
  for (const { Id } of made) await docker.getImage(Id).remove({ force: true })
}

/** Registers a version that will not come to serve; gives what must be said for it. */
const prepareBroken: Record<TargetId, (version: number) => Promise<{ image?: string }>> = {
  async local(version) {
    await bench.addVersion('area', version, { offset: 100, goldenError: 0.5 })
    return {}
  },
  /** An image that looks right from outside. */
  async docker(version) {
    const digest = await bench.addVersion('area', version, { offset: 100 })
    const docker = await openDocker()
    const label = [`lathe.workspace=${bench.registry.meta('workspace')}`]
    const [live] = await docker.listContainers({ filters: { label } })
    const changes = [`LABEL lathe.bundle-digest=${digest}`, 'CMD ["--bundle", "/nowhere"]']
    await docker.getContainer(live!.Id).commit({ ...brokenImage, changes })
    return { image: brokenReference }
  },
  async kubernetes(version) {
    await bench.addVersion('area', version, { offset: 100 })
    return { image: `${registryHost}/lathe-conformance/nothing:1` }
  },
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

/** A process that has ended stands in the table until its parent, which is this one, has heard of it. */
const isGone = (target: TargetId, deployment: Deployment) =>
  expect.poll(() => remains[target](deployment), { timeout: 20_000 }).toEqual([])

describe.each(targets.entries.map(({ id }) => id))('%s', target => {
  const deploy = (more = {}) => bench.finish('deploy', bench.deployment.operations.deploy(request(target, more), {}))

  test.runIf(conditions[target])(
    'deploys, answers, and leaves nothing when it is taken away',
    { timeout: 180_000 },
    async () => {
      const { operations } = bench.deployment
      await prepare(target, 1, 0.5)
      const plan = await operations.plan(request(target), {})
      expect(plan.changes.length).toBeGreaterThan(0)
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
      await isGone(target, first)
      await expect(bench.deployment.endpointsOf('Area of things')).rejects.toMatchObject({ code: 'not-found' })
    },
  )

  test.runIf(conditions[target])(
    'another version takes the place of the live one, is undone, and a plan says so before',
    { timeout: 240_000 },
    async () => {
      const { operations } = bench.deployment
      const name = 'Area of things'
      await prepare(target, 1, 0)
      const first = await deploy()
      expect((await operations.plan(request(target), {})).steps).toEqual(['Nothing would change'])

      await prepare(target, 2, 100)
      const plan = await operations.plan(request(target), {})
      const fields = plan.changes.flatMap(change => change.fields)
      expect(fields.find(({ path }) => /bundle/.test(path))).toMatchObject({ before: first.bundleDigest })
      const traffic = askWithoutPause(first.url!)
      const second = await deploy()
      expect(second).toMatchObject({ version: 2, status: 'ready', url: first.url })
      await traffic.untilAnswer(118)
      await traffic.stop()
      // Docker gives a port to one container at a time: some fail, in one gap before the new one's first answer. On a
      // cluster it is the cluster's own proxy that sends them on.
      if (target === 'local') expect(traffic.failures).toEqual([])
      if (target === 'docker') expect(traffic.failuresAfter(118)).toEqual([])
      expect(new Set(traffic.answers)).toEqual(new Set([18, 118]))
      // A pod that is on its way out may be asked for a moment longer.
      await vi.waitUntil(async () => (await predict(second.url)) === 118, { timeout: 30_000 })
      expect((await operations.plan(request(target), {})).steps).toEqual(['Nothing would change'])

      expect((await operations.planRollback({ deployment: name }, {})).steps).not.toEqual(['Nothing would change'])
      const back = await bench.finish('deploy', operations.rollback({ deployment: name }, {}))
      expect(back).toMatchObject({ version: 1, status: 'ready', url: first.url, bundleDigest: first.bundleDigest })
      await vi.waitUntil(async () => (await predict(back.url)) === 18, { timeout: 30_000 })
      const { versions } = await operations.versions({ deployment: name }, {})
      expect(versions).toMatchObject([
        { number: 3, version: 1, status: 'applied', by: 'rollback', restores: 1 },
        { number: 2, version: 2, status: 'superseded', by: 'deploy', bundleDigest: second.bundleDigest },
        { number: 1, version: 1, status: 'superseded', by: 'deploy', bundleDigest: first.bundleDigest },
      ])
      const gone = await bench.finish('undeploy', operations.undeploy({ deployment: name }, {}))
      await isGone(target, gone)
    },
  )

  test.runIf(conditions[target])(
    'a new version that fails, or is cancelled, leaves the old one serving',
    { timeout: 240_000 },
    async () => {
      const { operations } = bench.deployment
      await prepare(target, 1, 0)
      const first = await deploy()
      const broken = await prepareBroken[target](2)
      const traffic = askWithoutPause(first.url!)
      await expect(deploy(broken)).rejects.toMatchObject({ message: expect.stringMatching(/area:1 serves on$/) })
      await prepare(target, 3, 200)
      bench.phases.length = 0
      const cancel = new AbortController()
      const cancelled = bench.finish('deploy', operations.deploy(request(target), {}), cancel.signal)
      const isHalfWay = () => bench.phases.some(phase => /^starting|replicas ready/.test(phase))
      void vi
        .waitUntil(isHalfWay, { timeout: 60_000, interval: 5 })
        .then(() => cancel.abort(new AppError('cancelled', 'Cancelled')))
      await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
      await traffic.stop()
      if (target !== 'kubernetes') expect(traffic.failures).toEqual([])
      expect(new Set(traffic.answers)).toEqual(new Set([18]))
      const listed = { status: 'ready', version: 1, url: first.url, error: null }
      expect((await operations.list(undefined, {})).deployments).toMatchObject([listed])
      const { versions } = await operations.versions({ deployment: 'Area of things' }, {})
      expect(versions).toMatchObject([
        { number: 2, version: 2, status: 'failed' },
        { number: 1, version: 1, status: 'applied' },
      ])
      // The one that failed cannot be gone back to, and what is live has none before it.
      await expect(async () => operations.rollback({ deployment: 'Area of things' }, {})).rejects.toMatchObject({
        code: 'not-found',
      })
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
      await isGone(target, lost as Deployment)
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
