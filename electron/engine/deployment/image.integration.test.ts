import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../base/index.ts'
import { type Docker, openDocker } from '../clients/index.ts'
import { availableBases } from '../packaging/index.ts'
import { openWorkbench, type Workbench } from './testing/workbench.ts'

const hasBase = (await availableBases()).length > 0
const hasDocker = process.env.DOCKER_HOST && hasBase
const plain = hasBase ? process.env.LATHE_TEST_REGISTRY : undefined
const guarded = hasBase ? process.env.LATHE_TEST_REGISTRY_AUTH : undefined
const caFile = process.env.LATHE_TEST_REGISTRY_AUTH_CA
const login = `${process.env.LATHE_TEST_REGISTRY_AUTH_USER}:${process.env.LATHE_TEST_REGISTRY_AUTH_PASSWORD}`
const tag = `lathe-image-test/area:${process.pid}`

let bench: Workbench
let secret: string | null
beforeEach(async () => {
  secret = null
  bench = await openWorkbench({ secret: async name => (name === `registry:${guarded}` ? secret : null) })
  await bench.addVersion('area', 1, { offset: 0.25 })
})
afterEach(() => bench.close())

const packageModel = (more: { engine: 'oci' | 'docker'; model?: string; out?: string; tag?: string }) =>
  bench.finish('package', bench.packaging.operations.package({ model: 'area', ...more }, {}))
const push = (more: { ref: string; model?: string; plainHttp?: boolean; caFile?: string }) =>
  bench.finish('push', bench.packaging.operations.push({ model: 'area', plainHttp: false, ...more }, {}))

/** Runs a script with the container's own Node, and gives what it printed. */
async function runInside(container: Docker.Container, script: string): Promise<string> {
  const exec = await container.exec({ Cmd: ['/usr/bin/node', '-e', script], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const framed = Buffer.concat(chunks)
  return framed.subarray(8, 8 + (framed.length > 8 ? framed.readUInt32BE(4) : 0)).toString('utf8')
}

const askPredict = `fetch('http://127.0.0.1:8080/predict', { method: 'POST', headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ inputs: [{ width: 3, height: 4 }] }) }).then(r => r.text()).then(t => console.log(t))`

async function removeImage(docker: Docker, name: string): Promise<void> {
  await docker.getImage(name).remove({ force: true })
}

test.runIf(hasBase)('the same model gives the same tar, twice, in seconds', async () => {
  const one = await packageModel({ engine: 'oci' })
  const two = await packageModel({ engine: 'oci', out: join(bench.workspace, 'two.tar') })
  expect(one.seconds).toBeLessThan(5)
  expect(await readdir(join(bench.workspace, 'images'))).toEqual([`area-1-${one.architecture}.tar`])
  expect(two).toMatchObject({ imageDigest: one.imageDigest, imageId: one.imageId, sizeBytes: one.sizeBytes })
  expect(sha256(await readFile(one.out!))).toBe(sha256(await readFile(two.out!)))
  expect(one.sizeBytes).toBeLessThan(90e6)
  expect((await stat(one.out!)).size).toBeGreaterThan(one.sizeBytes)
})

test.runIf(hasBase)('a model that disagrees with its golden rows becomes no image', async () => {
  await bench.addVersion('wrong', 1, { offset: 1, goldenError: 0.5 })
  const out = join(bench.workspace, 'wrong.tar')
  await expect(packageModel({ engine: 'oci', model: 'wrong', out })).rejects.toMatchObject({
    code: 'parity-failed',
    message: expect.stringContaining('golden row'),
  })
  expect(await readdir(bench.workspace)).not.toContain('wrong.tar')
})

test.runIf(hasDocker)(
  'a real engine loads the tar; it runs as nobody, read-only, without a network, and answers',
  { timeout: 120_000 },
  async () => {
    const docker = await openDocker()
    const image = await packageModel({ engine: 'oci', tag })
    await docker.loadImage(createReadStream(image.out!)).then(stream => stream.resume())
    const end = Date.now() + 30_000
    while (
      !(await docker
        .getImage(tag)
        .inspect()
        .catch(() => null))
    ) {
      if (Date.now() > end) throw new Error('the engine did not load the tar')
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    const inspected = await docker.getImage(tag).inspect()
    expect([image.imageId, image.imageDigest]).toContain(inspected.Id)
    expect(inspected.Size).toBeLessThan(200e6)
    const container = await docker.createContainer({
      Image: tag,
      HostConfig: { ReadonlyRootfs: true, NetworkMode: 'none', CapDrop: ['ALL'] },
    })
    try {
      await container.start()
      let answer = ''
      for (const end = Date.now() + 60_000; Date.now() < end && !answer.includes('prediction'); ) {
        answer = await runInside(container, askPredict)
      }
      const { outputs, model } = JSON.parse(answer)
      expect(outputs[0].prediction).toBeCloseTo(18.25, 5)
      expect(model).toMatchObject({ name: 'area', version: expect.anything(), digest: image.bundleDigest })
      expect(await runInside(container, 'console.log(process.getuid())')).toBe('65532\n')
      const { State } = await container.inspect()
      expect(State.Running).toBe(true)
    } finally {
      await container.remove({ force: true })
      await removeImage(docker, tag)
    }
  },
)

test.runIf(hasDocker)('the docker engine gets the same image under its tag', { timeout: 120_000 }, async () => {
  const docker = await openDocker()
  const image = await packageModel({ engine: 'docker', tag })
  try {
    expect(image).toMatchObject({ engine: 'docker', out: null, tag })
    expect(image.imageDigest).toBe((await packageModel({ engine: 'oci' })).imageDigest)
    expect((await docker.getImage(tag).inspect()).Id).toBe(image.imageId)
  } finally {
    await removeImage(docker, tag)
  }
})

test.runIf(hasBase)('without an engine the docker way says so before anything is built', async () => {
  const host = process.env.DOCKER_HOST
  process.env.DOCKER_HOST = `unix://${join(bench.workspace, 'none.sock')}`
  try {
    await expect(packageModel({ engine: 'docker' })).rejects.toMatchObject({
      code: 'docker-unavailable',
      mend: expect.stringContaining('--engine oci'),
    })
  } finally {
    if (host === undefined) delete process.env.DOCKER_HOST
    else process.env.DOCKER_HOST = host
  }
})

test.runIf(plain)(
  'a second model version pushes its own layer, configuration and manifest',
  { timeout: 120_000 },
  async () => {
    const ref = (version: number) => `${plain}/lathe-image-test/area-${process.pid}:${version}`
    const first = await push({ ref: ref(1), plainHttp: true })
    await bench.addVersion('area', 2, { offset: Date.now() % 1e6, ballast: 50_000 })
    const second = await push({ model: 'area:2', ref: ref(2), plainHttp: true })
    expect(second.imageDigest).not.toBe(first.imageDigest)
    // 50,000 float32 weights are 200 kB, and hardly compress.
    expect(second.uploadedBytes).toBeGreaterThan(100_000)
    expect(second.uploadedBytes).toBeLessThan(264_000)
    const again = await push({ model: 'area:2', ref: ref(2), plainHttp: true })
    expect(again.uploadedBytes).toBeLessThan(5_000)
    expect(bench.packaging.pushOf(ref(2))).toMatchObject({ imageDigest: second.imageDigest })
    const elsewhere = await push({
      model: 'area:2',
      ref: `${plain}/lathe-image-test/other-${process.pid}:2`,
      plainHttp: true,
    })
    expect(elsewhere.uploadedBytes).toBeLessThan(5_000)
  },
)

test.runIf(guarded)(
  'a login comes from the secrets door; refused, it says how to mend it',
  { timeout: 120_000 },
  async () => {
    const ref = `${guarded}/lathe-image-test/area:1`
    await expect(push({ ref, caFile })).rejects.toMatchObject({ code: 'registry-refused' })
    secret = 'lathe:wrong'
    await expect(push({ ref, caFile })).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringContaining('refused the login'),
      mend: expect.stringContaining('docker login'),
    })
    secret = login
    expect(await push({ ref, caFile })).toMatchObject({ ref, imageDigest: expect.stringMatching(/^sha256:/) })
    expect(bench.inputs()).toContain(ref)
    expect(bench.inputs() + bench.logs.join('')).not.toContain(login.split(':')[1])
  },
)
