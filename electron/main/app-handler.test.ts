import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLatheClient, type LatheClient } from '../../shared/contract/client.ts'
import { AppError } from '../../shared/errors.ts'
import { findEngine, joinEngine, stopEngine } from '../headless/join-engine.ts'
import { createAppHandler } from './app-handler.ts'
import { EngineLink } from './engine-link.ts'
import { forward } from './forward.ts'

let folder: string
let workspace: string
let link: EngineLink
let handler: (request: Request) => Promise<Response>
let client: LatheClient

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-shell-'))
  workspace = join(folder, 'workspace')
  const pageFolder = join(folder, 'page')
  await mkdir(join(pageFolder, 'assets'), { recursive: true })
  await writeFile(join(pageFolder, 'index.html'), '<title>Lathe</title>')
  await writeFile(join(pageFolder, 'assets', 'a.wasm'), 'wasm')
  await writeFile(join(folder, 'secret.txt'), 'not for the page')
  link = new EngineLink({ join: () => joinEngine(workspace), onTrouble() {} })
  handler = createAppHandler({ pageFolder, link })
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (input: Request | string, init?: RequestInit) => {
    const url = typeof input === 'string' ? input : input.url
    if (!url.startsWith('app:')) return real(input, init)
    return handler(new Request(input, init)).then(answer => {
      // What Electron makes of an answer of type error.
      if (answer.type === 'error') throw new TypeError('Failed to fetch')
      return answer
    })
  })
  client = createLatheClient({ url: 'app://lathe' })
})
afterAll(async () => {
  const engine = await findEngine(workspace)
  if (engine) await stopEngine(engine)
  vi.unstubAllGlobals()
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
})

const ask = (path: string, init?: RequestInit) => handler(new Request(`app://lathe${path}`, init))

test('the page and its files come with the policy as headers; a deep link is the page', async () => {
  for (const path of ['/', '/models/a.csv/3', '/data/cells%3A1?x=1']) {
    const answer = await ask(path)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(answer.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(await answer.text()).toBe('<title>Lathe</title>')
  }
  expect((await ask('/assets/a.wasm')).headers.get('content-type')).toBe('application/wasm')
  expect((await ask('/assets/none.js')).status).toBe(404)
})

test('nothing outside the page is read, and nobody but the page is answered', async () => {
  for (const path of ['/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%00', '/%ff']) {
    const answer = await ask(path)
    expect(await answer.text(), path).not.toContain('not for the page')
  }
  expect((await ask('/..%2fsecret.txt')).status).toBe(400)
  expect((await handler(new Request('app://elsewhere/'))).status).toBe(404)
  expect((await ask('/', { method: 'POST', body: 'x' })).status).toBe(405)
  for (const initiatorOrigin of ['https://example.com', 'null', null]) {
    const foreign = Object.assign(new Request('app://lathe/api/workspace'), { initiatorOrigin })
    expect((await handler(foreign)).status).toBe(403)
  }
  const own = Object.assign(new Request('app://lathe/'), { initiatorOrigin: 'app://lathe' })
  expect((await handler(own)).status).toBe(200)
})

test('calls reach the engine with its token whatever the page says, and its errors come back', async () => {
  expect((await client.workspace.info()).workspace).toContain('workspace')
  await expect(client.datasets.get({ dataset: 'nothing' })).rejects.toMatchObject({ code: 'not-found' })
  const answer = await ask('/api/workspace', {
    headers: { authorization: 'Bearer wrong', origin: 'https://example.com' },
  })
  expect(answer.status).toBe(200)
  const { token } = await link.current()
  expect(JSON.stringify([...answer.headers]) + (await answer.text())).not.toContain(token)
})

test('a page cannot have a path held: only the shell says that header', async () => {
  const given = { method: 'POST', headers: { 'x-lathe-path': join(folder, 'secret.txt') } }
  const answer = await ask('/api/files', given)
  expect(answer.status).toBe(400)
})

test('a file of unknown length on the way is taken in whole', async () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => `${i},${randomBytes(4).toString('hex')}`).join('\n')
  const bytes = new TextEncoder().encode(`a,b\n${rows}\n`)
  const body = new Blob([bytes]).stream()
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  const answer = await ask(`/api/uploads?name=big.csv&size=${bytes.length}`, init)
  expect(answer.status).toBe(200)
  const { file, sizeBytes } = (await answer.json()) as { file: string; sizeBytes: number }
  expect(sizeBytes).toBe(bytes.length)
  const preview = await client.datasets.preview({ file, options: {} })
  expect(preview.columns.map(({ name }) => name)).toEqual(['a', 'b'])
})

test('events flow until the page stops listening', async () => {
  const abort = new AbortController()
  const events = await client.events.stream(undefined, { signal: abort.signal })
  const first = await events.next()
  expect(first.value).toMatchObject({ type: 'hello' })
  await events.return?.(undefined)
  abort.abort()
})

test('a killed engine fails one call, and the next one has another engine', async () => {
  const before = await link.current()
  process.kill(before.pid, 'SIGKILL')
  await expect(client.workspace.info()).rejects.toMatchObject({ code: 'unreachable' })
  await expect(client.workspace.info()).resolves.toBeDefined()
  expect((await link.current()).boot).not.toBe(before.boot)
})

test('a program that takes the port of a killed engine is asked for nothing but a proof', async () => {
  const before = await link.current()
  const events = await client.events.stream()
  await events.next()
  process.kill(before.pid, 'SIGKILL')
  await expect(events.next()).rejects.toThrow()
  const asked: string[] = []
  const impostor = createServer((request, response) => {
    asked.push(`${request.url}`)
    response.setHeader('content-type', 'application/json').end('{"json":{"workspace":"of somebody else"}}')
  })
  await vi.waitFor(
    () =>
      new Promise<void>((resolve, reject) => {
        impostor.once('error', reject).listen(before.port, '127.0.0.1', resolve)
      }),
    { timeout: 30_000 },
  )
  expect((await client.workspace.info()).workspace).toBe(workspace)
  expect(new Set(asked)).toEqual(new Set(['/api/health']))
  expect((await link.current()).token).not.toBe(before.token)
  impostor.close()
})

test('why there is no engine reaches the page, by either door', async () => {
  const error = new AppError('workspace-locked', 'Somebody else has it', { mend: 'Ask them.' })
  const without = new EngineLink({ join: () => Promise.reject(error), onTrouble() {} })
  const previous = handler
  handler = createAppHandler({ pageFolder: folder, link: without })
  await expect(client.workspace.info()).rejects.toMatchObject({ code: 'workspace-locked', mend: 'Ask them.' })
  const answer = await ask('/api/workspace')
  expect([answer.status, await answer.json()]).toEqual([423, error.toJSON()])
  handler = previous
})

test('an abort ends the request at the engine, before its answer and in the middle of it', async () => {
  const closed: string[] = []
  const server = createServer((request: IncomingMessage, response) => {
    response.once('close', () => closed.push(request.url ?? ''))
    if (request.url === '/rpc/streams') response.write('first')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const engine = { port: (server.address() as AddressInfo).port, token: 't', pid: 0, boot: 'b' }
  const abort = new AbortController()
  const silent = forward(new Request('app://lathe/rpc/silent', { signal: abort.signal }), engine)
  await sleep(50)
  abort.abort()
  await expect(silent).rejects.toThrow()
  const streaming = await forward(new Request('app://lathe/rpc/streams'), engine)
  const reader = streaming.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('first')
  await reader.cancel()
  await expect.poll(() => closed.toSorted()).toEqual(['/rpc/silent', '/rpc/streams'])
  server.close()
})
