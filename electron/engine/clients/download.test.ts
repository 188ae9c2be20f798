import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { download } from './download.ts'

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
const why = 'CUDA libraries of onnxruntime' as const
let server: Server
let folder: string
/** Of each request that came. */
let ranges: (string | undefined)[] = []
/** How many bytes the next answer sends before it is cut off. */
let cutAt: number | null = null
let cutOff = () => {}
let doesRanges = true
let isSilent = false

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-download-'))
  ranges = []
  cutAt = null
  cutOff = () => {}
  doesRanges = true
  isSilent = false
  server = createServer((request, response) => {
    ranges.push(request.headers.range)
    if (request.url === '/missing') return response.writeHead(404).end()
    const from = doesRanges ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
    if (from >= content.length) return response.writeHead(416).end()
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from })
    const cut = cutAt
    cutAt = null
    if (isSilent) return response.write(content.subarray(from, from + 10))
    if (cut === null) return response.end(content.subarray(from))
    response.write(content.subarray(from, cut))
    cutOff = () => response.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

const url = (path = '/file') => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
const fetchTo = (name: string, options: { path?: string; signal?: AbortSignal; idleTimeoutMs?: number } = {}) =>
  download(url(options.path), join(folder, name), {
    ...{ why, signal: new AbortController().signal, ...options },
    onBytes: done => done === 100_000 && cutOff(),
  })

test('a download that was cut off goes on where it stopped, and is there only when it is whole', async () => {
  cutAt = 100_000
  await expect(fetchTo('file')).rejects.toThrow()
  expect(await readdir(folder)).toEqual(['file.part'])
  await fetchTo('file')
  expect(await readFile(join(folder, 'file'))).toEqual(content)
  expect(await readdir(folder)).toEqual(['file'])
  expect(ranges).toEqual([undefined, 'bytes=100000-'])
})

test('a server that knows no ranges begins again, and so does one that has no more to give', async () => {
  cutAt = 100_000
  await expect(fetchTo('file')).rejects.toThrow()
  doesRanges = false
  await fetchTo('file')
  expect(await readFile(join(folder, 'file'))).toEqual(content)
})

test('what is not there, says nothing more, or is no longer wanted leaves nothing that looks whole', async () => {
  await expect(fetchTo('file', { path: '/missing' })).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('404'),
  })
  isSilent = true
  await expect(fetchTo('file', { idleTimeoutMs: 50 })).rejects.toMatchObject({
    message: expect.stringContaining('nothing more'),
  })
  const abort = new AbortController()
  const fetching = fetchTo('file', { signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(fetching).rejects.toThrow('enough')
  expect(await readdir(folder)).not.toContain('file')
})
