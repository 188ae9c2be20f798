import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../base/index.ts'
import { type LayerEntry, withParents, writeLayer } from './layer.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-layer-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function entries(): Promise<LayerEntry[]> {
  await writeFile(join(folder, 'model'), 'weights'.repeat(10_000))
  return withParents([
    { path: 'bundle/model.onnx', file: join(folder, 'model') },
    { path: 'bundle/bundle.json', content: '{}' },
    { path: 'lib/a.so', linkTo: 'a.so.1' },
  ])
}

test('the digests name the gzip bytes and the tar inside; order of the entries and time do not matter', async () => {
  const one = join(folder, 'one.tar.gz')
  const two = join(folder, 'two.tar.gz')
  const layer = await writeLayer(await entries(), one)
  expect(await writeLayer((await entries()).reverse(), two)).toEqual(layer)
  const bytes = await readFile(one)
  expect(bytes.equals(await readFile(two))).toBe(true)
  const tar = gunzipSync(bytes)
  expect(layer).toEqual({
    digest: `sha256:${sha256(bytes)}`,
    diffId: `sha256:${sha256(tar)}`,
    sizeBytes: bytes.length,
    unpackedBytes: tar.length,
  })
})

test('the bytes are these on every machine', async () => {
  const file = join(folder, 'fixed.tar.gz')
  const { digest } = await writeLayer(withParents([{ path: 'bundle/bundle.json', content: '{"a":1}' }]), file)
  expect(digest).toBe('sha256:dd9058007133f1021cec8dcc543315b51b076fafae366ff221405bc02a8160f2')
})

test('folders, files and links come sorted, with fixed owner, time and mode', async () => {
  const file = join(folder, 'layer.tar.gz')
  await writeLayer(await entries(), file)
  const seen: string[] = []
  const reader = extract()
  reader.end(gunzipSync(await readFile(file)))
  for await (const entry of reader) {
    const { name, type, mode, uid, gid, mtime } = entry.header
    expect([uid, gid, mtime?.getTime()]).toEqual([0, 0, 0])
    seen.push(`${type} ${name} ${mode?.toString(8)}`)
    entry.resume()
  }
  expect(seen).toEqual([
    'directory bundle 755',
    'file bundle/bundle.json 644',
    'file bundle/model.onnx 644',
    'directory lib 755',
    'symlink lib/a.so 777',
  ])
})

test('a file that is missing fails the layer', async () => {
  const missing = [{ path: 'x', file: join(folder, 'nothing') }]
  await expect(writeLayer(missing, join(folder, 'x.tar.gz'))).rejects.toMatchObject({ code: 'ENOENT' })
})
