import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../base/index.ts'
import { composeImage } from './image.ts'
import { writeLayer } from './layer.ts'
import { writeImageTar } from './oci-image.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-image-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function makeImage() {
  const file = join(folder, 'layer')
  const layer = await writeLayer([{ path: 'bundle/bundle.json', content: '{}' }], file)
  const facts = {
    architecture: 'arm64' as const,
    model: 'Wine 🍷',
    version: 2,
    bundleDigest: `sha256:${'1'.repeat(64)}`,
  }
  return composeImage([{ ...layer, file, purpose: 'model' }], facts)
}

async function readTar(path: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const reader = extract()
  reader.end(await readFile(path))
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    files.set(entry.header.name, Buffer.concat(chunks))
  }
  return files
}

test('the tar is an OCI layout and a Docker archive over the same blobs, each under its digest', async () => {
  const image = await makeImage()
  const path = join(folder, 'image.tar')
  await writeImageTar(image, path, { tag: 'wine:2' })
  const files = await readTar(path)
  for (const [name, content] of files) {
    if (/^blobs\/sha256\/.+/.test(name)) expect(name).toBe(`blobs/sha256/${sha256(content)}`)
  }
  const index = JSON.parse(String(files.get('index.json')))
  expect(JSON.parse(String(files.get('oci-layout')))).toEqual({ imageLayoutVersion: '1.0.0' })
  expect(index.manifests[0]).toMatchObject({
    digest: image.imageDigest,
    size: image.manifest.length,
    platform: { architecture: 'arm64', os: 'linux' },
  })
  const manifest = JSON.parse(String(files.get(index.manifests[0].digest.replace(':', '/').replace(/^/, 'blobs/'))))
  const [docker] = JSON.parse(String(files.get('manifest.json')))
  expect(docker.RepoTags).toEqual(['wine:2'])
  expect(docker.Config).toBe(`blobs/sha256/${manifest.config.digest.slice(7)}`)
  expect(docker.Layers).toEqual(
    manifest.layers.map(({ digest }: { digest: string }) => `blobs/sha256/${digest.slice(7)}`),
  )
  expect(await readdir(folder)).not.toContain('image.tar.part')
})

test('the configuration says how to run it: nobody special, checked for health, named after the model', async () => {
  const image = await makeImage()
  const config = JSON.parse(String(image.config))
  expect(config).toMatchObject({ architecture: 'arm64', os: 'linux' })
  expect(config.config).toMatchObject({
    User: '65532:65532',
    Env: expect.arrayContaining(['ORT_DISABLE_TELEMETRY=1']),
    ExposedPorts: { '8080/tcp': {} },
    Labels: { 'org.opencontainers.image.title': 'Wine 🍷', 'org.opencontainers.image.version': '2' },
  })
  expect(config.config.Cmd).toEqual(expect.arrayContaining(['--name=Wine 🍷', '--version', '2']))
  expect(config.rootfs.diff_ids).toEqual([image.layers[0]!.diffId])
  expect(config.config.Healthcheck.Test[0]).toBe('CMD')
  expect((await makeImage()).imageDigest).toBe(image.imageDigest)
})

test('a tar that cannot be written leaves nothing', async () => {
  const image = await makeImage()
  await rm(image.layers[0]!.file)
  await expect(writeImageTar(image, join(folder, 'image.tar'), { tag: null })).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readdir(folder)).toEqual([])
})

test.runIf(existsSync('/dev/full'))('a full disk is said with the file and its size, and leaves nothing', async () => {
  const image = await makeImage()
  const path = join(folder, 'image.tar')
  await symlink('/dev/full', `${path}.part`)
  await expect(writeImageTar(image, path, { tag: null })).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/^There is no space left for .*image\.tar, of \d/),
  })
  expect(await readdir(folder)).toEqual(['layer'])
})
