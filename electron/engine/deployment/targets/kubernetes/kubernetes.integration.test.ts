import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Cluster, OciRepository, parseImageReference } from '../../../clients/index.ts'
import { composeImage, manifestType, nativeArchitecture, writeLayer } from '../../../packaging/index.ts'
import type { DeploymentSpec, TargetContext } from '../target.ts'
import { kubernetes } from './index.ts'
import { namesOf, paths } from './objects.ts'

const isThere = process.env.KUBECONFIG && process.env.LATHE_TEST_REGISTRY
const registryHost = process.env.LATHE_TEST_REGISTRY
const namespace = `lathe-refusals-${process.pid}`

let folder = ''
let spec: DeploymentSpec
let context: TargetContext & { said: string[] }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-kube-'))
  spec = {
    workspace: `ws-${randomBytes(4).toString('hex')}`,
    deployment: 'refused',
    model: 'area',
    version: 1,
    bundleDigest: `sha256:${'3'.repeat(64)}`,
    folder,
    port: null,
    context: 'lathe-test',
    namespace,
    image: `${registryHost}/lathe-refusals/nothing:1`,
    imageDigest: null,
    replicas: 1,
  }
  const said: string[] = []
  context = {
    signal: new AbortController().signal,
    temporaryFolder: folder,
    bundleFolder: folder,
    said,
    progress() {},
    log: message => said.push(message),
    loginFor: async () => null,
    live: null,
    unbroken: work => work(),
  }
})
afterEach(() => rm(folder, { recursive: true }))

test.runIf(isThere)(
  "an image that cannot be pulled fails in the kubelet's words, and leaves nothing",
  { timeout: 90_000 },
  async () => {
    await expect(kubernetes.apply(spec, context)).rejects.toMatchObject({
      code: 'image-pull-failed',
      message: expect.stringContaining('lathe-refusals/nothing:1: not found'),
      mend: expect.stringContaining('Push the image'),
    })
    expect(context.said).toContain(`Dry run on lathe-test accepted: create Deployment ${namespace}/refused`)
    const cluster = await Cluster.open('lathe-test')
    expect(await cluster.object(paths.namespace(namespace))).toBeNull()
  },
)

/** An image without anything to run in it. */
async function pushEmptyImage(ref: string): Promise<void> {
  const file = join(folder, 'layer')
  const layer = await writeLayer([{ path: 'nothing', content: '' }], file)
  const { bundleDigest } = spec
  const image = composeImage([{ ...layer, file, purpose: 'nothing' }], {
    ...{ architecture: nativeArchitecture(), model: 'empty', version: 1, bundleDigest },
  })
  const repository = await OciRepository.open(parseImageReference(ref), { plainHttp: true })
  const config = { digest: image.imageId, sizeBytes: image.config.length, open: () => Readable.from([image.config]) }
  for (const blob of [{ ...layer, open: () => createReadStream(file) }, config]) await repository.pushBlob(blob)
  await repository.pushManifest(image.manifest, manifestType)
}

test.runIf(isThere)('a server that ends again and again fails with the reason', { timeout: 90_000 }, async () => {
  const image = `${registryHost}/lathe-refusals/empty:1`
  await pushEmptyImage(image)
  await expect(kubernetes.apply({ ...spec, image }, context)).rejects.toMatchObject({
    code: 'not-ready',
    message: expect.stringContaining('/usr/bin/node'),
  })
  expect(await (await Cluster.open('lathe-test')).object(paths.namespace(namespace))).toBeNull()
})

test.runIf(isThere)(
  'an unknown context and a context without the right are refused before anything is made',
  async () => {
    await expect(kubernetes.plan({ ...spec, context: 'nowhere' })).rejects.toMatchObject({
      code: 'not-found',
      mend: expect.stringContaining('lathe-test'),
    })
    await expect(kubernetes.apply({ ...spec, context: 'lathe-readonly' }, context)).rejects.toMatchObject({
      code: 'forbidden',
    })
  },
)

test.runIf(isThere)("somebody else's object of the same name is left alone", async () => {
  const cluster = await Cluster.open('lathe-test')
  const names = namesOf({ ...spec, namespace: 'default', deployment: `taken-${process.pid}` })
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: names.name, namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  }
  await cluster.apply(paths.service(names), service)
  try {
    const clash = { ...spec, namespace: 'default', deployment: names.name }
    await expect(kubernetes.plan(clash)).rejects.toMatchObject({ code: 'already-exists' })
  } finally {
    await cluster.remove(paths.service(names))
  }
})
