import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askServer } from './targets/readiness.ts'
import { openWorkbench, type Workbench } from './testing/workbench.ts'

/** Versions of a deployment where it changes in more than its model, on the local target. */
let bench: Workbench
/** Deployments that were about to be replaced, each with how to ask whether that is over. */
let replaced: [name: string, isOver: () => boolean][]
beforeEach(async () => {
  replaced = []
  bench = await openWorkbench({ duringReplacement: async (...each) => void replaced.push(each) })
  await bench.addVersion('area', 1, { offset: 0 })
})
afterEach(async () => {
  const { operations } = bench.deployment
  for (const { deployment } of (await operations.list(undefined, {})).deployments) {
    await bench.finish('undeploy', operations.undeploy({ deployment }, {}))
  }
  await bench.close()
})

const local = { model: 'area', target: 'local' as const }
const deploy = (more = {}) => bench.finish('deploy', bench.deployment.operations.deploy({ ...local, ...more }, {}))
const list = async () => (await bench.deployment.operations.list(undefined, {})).deployments
const isAnswered = async (url: string | null) => (await askServer(url ?? ''))?.isReady ?? false

/** A file of a bundle is gone from the store. */
async function loseFile(digest: string, name: string): Promise<void> {
  const { manifest } = bench.registry.database.prepare('SELECT manifest FROM bundles WHERE digest = ?').get(digest) as {
    manifest: string
  }
  const { files } = JSON.parse(manifest) as { files: { path: string; sha256: string }[] }
  await rm(bench.registry.store.pathOf(files.find(({ path }) => path === name)!.sha256))
}

test('another port is another address of the same process, and to go back is to go back there', async () => {
  const { operations } = bench.deployment
  const first = await deploy()
  const [, port] = /:(\d+)$/.exec(first.url!)!
  const wanted = Number(port) === 65_535 ? 65_534 : Number(port) + 1
  const plan = await operations.plan({ ...local, port: wanted }, {})
  expect(plan.changes.flatMap(({ fields }) => fields)).toEqual([
    { path: 'address', before: first.url, after: `http://127.0.0.1:${wanted}` },
  ])

  // What serves is told of before it goes, and until it is gone.
  expect(replaced).toEqual([])
  const replacing = operations.deploy({ ...local, port: wanted }, {})
  await replacing
  const [[name, isOver]] = replaced as [[string, () => boolean]]
  expect([name, isOver()]).toEqual(['area', false])
  const second = await bench.finish('deploy', replacing)
  expect([replaced.length, isOver()]).toEqual([1, true])
  expect(second).toMatchObject({ version: 1, url: `http://127.0.0.1:${wanted}` })
  expect(second.handle.pid).toBe(first.handle.pid)
  expect([await isAnswered(first.url), await isAnswered(second.url)]).toEqual([false, true])
  // Left out, the port stays.
  expect(await operations.plan(local, {})).toMatchObject({ steps: ['Nothing would change'] })

  await bench.finish('deploy', operations.rollback({ deployment: 'area' }, {}))
  expect(await list()).toMatchObject([{ url: first.url, status: 'ready' }])
  expect([await isAnswered(first.url), await isAnswered(second.url)]).toEqual([true, false])
  const { versions } = await operations.versions({ deployment: 'area' }, {})
  expect(versions).toMatchObject([{ port: Number(port) }, { port: wanted }, { port: Number(port) }])
})

test('a version whose bundle was removed is refused by its file before anything changes', async () => {
  const { operations } = bench.deployment
  const first = await deploy()
  await bench.addVersion('area', 2, { offset: 100 })
  const second = await deploy()
  await loseFile(first.bundleDigest, 'model.onnx')
  const refusal = {
    code: 'not-found',
    message: 'area:1 cannot be deployed: The workspace lacks the bundle file model.onnx',
    mend: expect.stringContaining('copy of the workspace'),
  }
  const back = { deployment: 'area', to: 1 }
  await expect(operations.planRollback(back, {})).rejects.toMatchObject(refusal)
  await expect(operations.rollback(back, {})).rejects.toMatchObject(refusal)
  expect(await list()).toMatchObject([{ version: 2, status: 'ready', url: second.url, error: null }])
  expect((await operations.versions({ deployment: 'area' }, {})).versions).toHaveLength(2)
})

test('one whose process is gone is started again, as the same version', async () => {
  const { operations } = bench.deployment
  const { handle } = await deploy()
  process.kill(Number(handle.pid), 'SIGKILL')
  await expect.poll(async () => (await list())[0]?.status).toBe('stopped')
  const plan = await operations.plan(local, {})
  expect(plan.changes).toMatchObject([{ action: 'create' }])
  const again = await deploy()
  expect(again).toMatchObject({ status: 'ready', version: 1 })
  // It was the same once more: no new version.
  expect((await operations.versions({ deployment: 'area' }, {})).versions).toHaveLength(1)
})

/** The model servers that said that they are ready, by their process ids, oldest first. */
async function serverPids(): Promise<number[]> {
  const { lines } = await bench.deployment.operations.logs({ deployment: 'area', limit: 1000 }, {})
  return lines.flatMap(line => (line.includes('"Ready"') ? (JSON.parse(line) as { pid: number }).pid : []))
}

test('a server that ends without being told is started again and counted, and one that is deployed then takes its place', async () => {
  const { operations } = bench.deployment
  const { url } = await deploy()
  process.kill((await serverPids())[0]!, 'SIGKILL')
  await expect
    .poll(list)
    .toMatchObject([{ status: 'ready', replicas: { ready: 1, each: [{ state: 'ready', restarts: 1 }] } }])
  expect(await isAnswered(url)).toBe(true)

  // What it needs to start is gone: it stays away, and says why.
  const folder = join(bench.workspace, 'deployments', 'area')
  const bundle = (await readdir(folder)).find(entry => entry.startsWith('bundle-'))
  await rm(join(folder, bundle!, 'model.onnx'))
  process.kill((await serverPids())[1]!, 'SIGKILL')
  const reason = expect.stringMatching(
    /^The model server ended before it was ready: .+ It is started again (in \d+ s|now)$/s,
  )
  await expect
    .poll(list)
    .toMatchObject([{ status: 'degraded', replicas: { ready: 0, each: [{ state: 'failing', restarts: 1, reason }] } }])
  await bench.addVersion('area', 2, { offset: 100 })
  expect(await deploy()).toMatchObject({ version: 2, url })
  expect(await list()).toMatchObject([
    { status: 'ready', version: 2, replicas: { each: [{ state: 'ready', restarts: 0 }] } },
  ])
  await bench.finish('undeploy', operations.undeploy({ deployment: 'area' }, {}))
  expect(await isAnswered(url)).toBe(false)
})
