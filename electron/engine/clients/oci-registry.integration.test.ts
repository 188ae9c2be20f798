import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { sha256 } from '../base/index.ts'
import { parseImageReference } from './image-reference.ts'
import { OciRepository } from './oci-registry.ts'

const plain = process.env.LATHE_TEST_REGISTRY
const guarded = process.env.LATHE_TEST_REGISTRY_AUTH
const caFile = process.env.LATHE_TEST_REGISTRY_AUTH_CA
const login = {
  user: process.env.LATHE_TEST_REGISTRY_AUTH_USER ?? '',
  password: process.env.LATHE_TEST_REGISTRY_AUTH_PASSWORD ?? '',
}

function blobOf(text: string) {
  const bytes = Buffer.from(text)
  return { digest: `sha256:${sha256(bytes)}`, sizeBytes: bytes.length, open: () => Readable.from([bytes]) }
}

async function pushSmallImage(repository: OciRepository, content: string) {
  const config = blobOf(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
  )
  const layer = blobOf(content)
  const sent = (await repository.pushBlob(config)) + (await repository.pushBlob(layer))
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.sizeBytes },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: layer.digest, size: layer.sizeBytes }],
  }
  const { digest } = await repository.pushManifest(Buffer.from(JSON.stringify(manifest)), manifest.mediaType)
  return { sent, digest, layer }
}

test.runIf(plain)('a real registry takes an image, resolves its tag, and is not sent twice what it has', async () => {
  const reference = parseImageReference(`${plain}/lathe-client-test/plain:1`)
  const repository = await OciRepository.open(reference, { plainHttp: true })
  const content = `layer ${Date.now()}`
  const { digest, layer } = await pushSmallImage(repository, content)
  expect(await repository.resolveDigest()).toBe(digest)
  expect((await pushSmallImage(repository, content)).sent).toBe(0)
  const elsewhere = await OciRepository.open(parseImageReference(`${plain}/lathe-client-test/other:1`), {
    plainHttp: true,
  })
  expect(await elsewhere.pushBlob(layer, { mountFrom: ['lathe-client-test/plain'] })).toBe(0)
})

test.runIf(guarded)('over TLS with a password: the right login pushes, the wrong one is refused', async () => {
  const reference = parseImageReference(`${guarded}/lathe-client-test/guarded:1`)
  const repository = await OciRepository.open(reference, { caFile, login })
  expect((await pushSmallImage(repository, `layer ${Date.now()}`)).sent).toBeGreaterThan(0)
  const wrong = OciRepository.open(reference, { caFile, login: { ...login, password: 'wrong' } })
  await expect(wrong).rejects.toMatchObject({ code: 'registry-refused', mend: expect.stringContaining('docker login') })
  await expect(OciRepository.open(reference, { caFile })).rejects.toMatchObject({ code: 'registry-refused' })
})

test.runIf(guarded)('a certificate of an unknown authority, and the wrong protocol, say what to add', async () => {
  const reference = parseImageReference(`${guarded}/model:1`)
  await expect(OciRepository.open(reference, { login })).rejects.toMatchObject({
    code: 'unreachable',
    mend: expect.stringContaining('--ca'),
  })
  await expect(OciRepository.open(parseImageReference(`${plain}/model:1`), {})).rejects.toMatchObject({
    code: 'unreachable',
    mend: expect.stringContaining('--plain-http'),
  })
})
