import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorkbench, type Workbench } from './testing/workbench.ts'

let bench: Workbench
beforeEach(async () => {
  bench = await openWorkbench()
  await bench.addVersion('area', 1, { offset: 0 })
})
afterEach(() => bench.close())

const local = { model: 'area', target: 'local' as const, replicas: 1 }

test('a port that is taken is refused by its number, and nothing is left', async () => {
  const squatter = createServer()
  const port = await new Promise<number>(resolve => {
    squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port))
  })
  const { operations } = bench.deployment
  try {
    await expect(operations.plan({ ...local, port }, {})).rejects.toMatchObject({ code: 'port-taken' })
    await expect(bench.finish('deploy', operations.deploy({ ...local, port }, {}))).rejects.toMatchObject({
      code: 'port-taken',
      message: `Port ${port} of 127.0.0.1 is taken by another program`,
    })
  } finally {
    squatter.close()
  }
  expect((await operations.list(undefined, {})).deployments).toMatchObject([
    { status: 'failed', error: { code: 'port-taken' } },
  ])
  await bench.finish('undeploy', operations.undeploy({ deployment: 'area' }, {}))
  expect((await operations.list(undefined, {})).deployments).toEqual([])
})

test('a bundle file that was changed on disk is refused by its name, before anything starts', async () => {
  const digest = await bench.addVersion('other', 1, { offset: 7 })
  const manifest = bench.registry.database.prepare('SELECT manifest FROM bundles WHERE digest = ?').get(digest) as {
    manifest: string
  }
  const { files } = JSON.parse(manifest.manifest) as { files: { path: string; sha256: string }[] }
  const model = bench.registry.store.pathOf(files.find(({ path }) => path === 'model.onnx')!.sha256)
  await chmod(model, 0o644)
  await writeFile(model, 'not the model')
  const refusal = { code: 'digest-mismatch', message: expect.stringContaining('model.onnx') }
  const { deploy, list } = bench.deployment.operations
  await expect(deploy({ ...local, model: 'other' }, {})).rejects.toMatchObject(refusal)
  expect((await list(undefined, {})).deployments).toEqual([])
  const input = { model: 'other', engine: 'oci' as const, out: join(bench.workspace, 'x.tar') }
  await expect(bench.packaging.operations.package(input, {})).rejects.toMatchObject(refusal)
})

test('what a target cannot do is refused at once', async () => {
  const { deploy, undeploy } = bench.deployment.operations
  await expect(deploy({ ...local, replicas: 2 }, {})).rejects.toMatchObject({ code: 'bad-input' })
  await expect(deploy({ ...local, image: 'registry.example/x:1' }, {})).rejects.toMatchObject({ code: 'bad-input' })
  await expect(deploy({ model: 'area', target: 'kubernetes', replicas: 1 }, {})).rejects.toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('--context'),
  })
  await expect(deploy({ model: 'area', target: 'kubernetes', context: 'x', replicas: 1 }, {})).rejects.toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('lathe push area:1'),
  })
  await expect(deploy({ ...local, model: 'nothing' }, {})).rejects.toMatchObject({ code: 'not-found' })
  await expect(undeploy({ deployment: 'nothing' }, {})).rejects.toMatchObject({ code: 'not-found' })
})

test('a name that is being deployed is busy until its job ends', async () => {
  const { deploy, undeploy, list } = bench.deployment.operations
  const { job } = await deploy(local, {})
  await expect(deploy(local, {})).rejects.toMatchObject({ code: 'conflict', mend: expect.stringContaining(job.job) })
  await expect(undeploy({ deployment: 'area' }, {})).rejects.toMatchObject({ code: 'conflict' })
  expect((await list(undefined, {})).deployments).toMatchObject([{ status: 'deploying', url: null }])
})

test("packaging refuses names that are none, and a base of one's own for now", async () => {
  const { package: packageModel, push } = bench.packaging.operations
  const oci = { model: 'area', engine: 'oci' as const }
  await expect(packageModel({ ...oci, tag: 'Not A Tag' }, {})).rejects.toMatchObject({ code: 'bad-input' })
  await expect(packageModel({ ...oci, base: 'debian' }, {})).rejects.toMatchObject({ code: 'unsupported' })
  await expect(packageModel({ ...oci, engine: 'docker', out: '/x.tar' }, {})).rejects.toMatchObject({
    code: 'bad-input',
  })
  await expect(push({ model: 'area', ref: 'area:1', plainHttp: false }, {})).rejects.toMatchObject({
    code: 'bad-input',
  })
})
