import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDocker } from '../clients/index.ts'
import { loadIntoDocker } from './docker-engine.ts'
import { composeImage } from './image.ts'
import { writeLayer } from './layer.ts'

const engine = process.env.DOCKER_HOST
const socketPath = engine?.startsWith('unix://') ? engine.slice('unix://'.length) : null
const tag = 'lathe-engine-test/image:1'

let folder = ''
let proxy: Server | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-engine-'))
})
afterEach(async () => {
  proxy?.close()
  await rm(folder, { recursive: true })
})

async function makeImage(contentBytes: number) {
  const file = join(folder, 'layer')
  const layer = await writeLayer([{ path: 'content', content: randomBytes(contentBytes) }], file)
  const facts = { architecture: 'amd64' as const, model: 'test', version: 1, bundleDigest: `sha256:${'2'.repeat(64)}` }
  return composeImage([{ ...layer, file, purpose: 'test' }], facts)
}

/** The real engine behind a socket that goes away, for good, after so many bytes from the client. */
async function openEngineThatDies(afterBytes: number) {
  const path = join(folder, 'engine.sock')
  let bytes = 0
  const open = new Set<Socket>()
  proxy = createServer(client => {
    const upstream = connect(socketPath!)
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
    }
    client.on('data', chunk => {
      bytes += chunk.length
      if (bytes <= afterBytes) return
      proxy?.close()
      for (const socket of open) socket.destroy()
    })
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>(resolve => proxy!.listen(path, resolve))
  return openDocker({ DOCKER_HOST: `unix://${path}` })
}

test.runIf(socketPath)('the real engine loads the tar under its tag and keeps its configuration', async () => {
  const docker = await openDocker()
  const image = await makeImage(100_000)
  const seen: number[] = []
  try {
    const signal = new AbortController().signal
    await loadIntoDocker(docker, image, tag, { signal, progress: fraction => seen.push(fraction) })
    const loaded = await docker.getImage(tag).inspect()
    expect(loaded.Config).toMatchObject({ User: '65532:65532', Labels: { 'lathe.model': 'test' } })
    expect(loaded.Config.Healthcheck).toMatchObject({ Retries: 3 })
    expect(seen.at(-1)).toBe(1)
  } finally {
    await docker.getImage(tag).remove()
  }
})

test.runIf(socketPath)('an engine that goes away half-way is docker-unavailable', async () => {
  const image = await makeImage(8_000_000)
  const docker = await openEngineThatDies(1_000_000)
  await expect(loadIntoDocker(docker, image, tag, { signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'docker-unavailable',
    message: expect.stringContaining(tag),
  })
})

test.runIf(socketPath)('cancel ends the load at once and leaves no tag', async () => {
  const image = await makeImage(8_000_000)
  const abort = new AbortController()
  const docker = await openDocker()
  const progress = () => abort.abort(new Error('enough'))
  await expect(loadIntoDocker(docker, image, tag, { signal: abort.signal, progress })).rejects.toThrow('enough')
  await expect(docker.getImage(tag).inspect()).rejects.toMatchObject({ statusCode: 404 })
})
