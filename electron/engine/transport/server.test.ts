import { execFile } from 'node:child_process'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createLatheClient, type LatheClient, subscribe } from '../../../shared/contract/client.ts'
import type { StreamEvent } from '../../../shared/contract/events.ts'
import { contract } from '../../../shared/contract/index.ts'
import { AppError } from '../../../shared/errors.ts'
import { freshNonce, isProof, proofKey, prove } from '../../../shared/lib/proof.ts'
import { silentLogger } from '../base/index.ts'
import { type AllOperations, bind, EventHub, listen, type Server } from './index.ts'

/** Every procedure answers that it is not there, but for the few that the tests ask. */
function someOperations(own: Record<string, Record<string, unknown>>): AllOperations {
  const parts = Object.entries(contract).filter(([part]) => part !== 'events')
  const operations = parts.map(([part, procedures]) => {
    const none = (name: string) => () => {
      throw new AppError('unsupported', `${part}.${name} is not in this test`)
    }
    return [part, Object.fromEntries(Object.keys(procedures).map(name => [name, own[part]?.[name] ?? none(name)]))]
  })
  return Object.fromEntries(operations) as AllOperations
}

const info = {
  version: '0.1.0',
  workspace: '/w',
  workspaceId: 'ws-1',
  boot: 'boot',
  pid: 1,
  startedAt: 0,
  notices: [],
  secretsUnlocked: false,
  airGap: false,
}
const token = 'a-token-of-this-engine'
const rejoin = 'what outlives this engine'
let hub: EventHub
let server: Server
let client: LatheClient
let origin: string
let pageFolder: string

/** Of a server that knows the workspace alone, on any port. */
const options = () => ({
  router: bind(someOperations({ workspace: { info: () => info } }), hub),
  host: '127.0.0.1',
  port: 0,
  token,
  rejoin,
  boot: 'boot',
  pageFolder,
  logger: silentLogger,
  receive: async (body: Readable) => ({ bytes: (await text(body)).length }),
  hold: (path: string) => ({ held: path }),
  touched() {},
})

beforeAll(async () => {
  pageFolder = await mkdtemp(join(tmpdir(), 'lathe-page-'))
  await writeFile(join(pageFolder, 'index.html'), '<title>Lathe</title>')
  hub = new EventHub('boot')
  const router = bind(
    someOperations({
      workspace: { info: () => info },
      models: {
        bundleFile: async () => new File([await openAsBlob(join(pageFolder, 'index.html'))], 'signature.json'),
      },
      datasets: {
        get: ({ dataset }: { dataset: string }) => {
          throw new AppError('not-found', `There is no dataset "${dataset}"`, {
            mend: 'Import it.',
            details: { known: ['a'] },
            cause: new AppError('bad-file', 'The file was torn'),
          })
        },
        list: () => {
          throw new Error('a bug with a /secret/path in it')
        },
        rows: ({ offset, limit }: { offset: number; limit: number }) => ({
          columns: ['x'],
          rows: [[offset]],
          places: [offset],
          total: limit,
        }),
      },
    }),
    hub,
  )
  server = await listen({ ...options(), router })
  origin = `http://127.0.0.1:${server.port}`
  client = createLatheClient({ url: origin, token })
})
afterAll(async () => {
  await server.close()
  await rm(pageFolder, { recursive: true })
})

test('a call crosses the wire typed, with defaults filled in', async () => {
  expect(await client.workspace.info()).toEqual(info)
  expect(await client.datasets.rows({ dataset: 'x' })).toEqual({ columns: ['x'], rows: [[0]], places: [0], total: 100 })
})

test('an error keeps code, message, mend, details and cause', async () => {
  const error = await client.datasets.get({ dataset: 'b' }).catch(thrown => thrown)
  expect(error).toBeInstanceOf(AppError)
  expect(error.toJSON()).toEqual({
    code: 'not-found',
    message: 'There is no dataset "b"',
    mend: 'Import it.',
    details: { known: ['a'] },
    cause: { code: 'bad-file', message: 'The file was torn' },
  })
})

test('a bug tells the caller an incident number and nothing of the inside', async () => {
  const error = await client.datasets.list().catch(thrown => thrown)
  expect(error).toMatchObject({ code: 'internal', message: expect.stringMatching(/incident [0-9a-f]{8}/) })
  expect(JSON.stringify(error)).not.toContain('secret')
})

test('input that does not fit the contract is refused, naming the field', async () => {
  const error = await client.datasets.rows({ dataset: 'x', limit: 5000 }).catch(thrown => thrown)
  expect(error).toMatchObject({ code: 'bad-input', message: expect.stringContaining('limit') })
})

test('scripts reach the same by plain HTTP, described by OpenAPI', async () => {
  const headers = { authorization: `Bearer ${token}` }
  expect(await (await fetch(`${origin}/api/workspace`, { headers })).json()).toEqual(info)
  const refused = await fetch(`${origin}/api/datasets/b`, { headers })
  expect(refused.status).toBe(404)
  expect(await refused.json()).toMatchObject({ data: { code: 'not-found', mend: 'Import it.' } })
  const description = (await (await fetch(`${origin}/api/openapi.json`, { headers })).json()) as {
    paths: Record<string, unknown>
  }
  const procedures = Object.values(contract).reduce((sum, part) => sum + Object.keys(part).length, 0)
  const described = Object.values(description.paths).reduce(
    (sum: number, path) => sum + Object.keys(path as object).length,
    0,
  )
  expect(described).toBe(procedures)
})

test('a file is taken in as a stream, with the token and its length only', async () => {
  const send = (headers: Record<string, string>) =>
    fetch(`${origin}/api/uploads?name=a.csv`, { method: 'POST', headers, body: 'a,b\n1,2\n' })
  expect(await (await send({ authorization: `Bearer ${token}` })).json()).toEqual({ bytes: 8 })
  expect((await send({})).status).toBe(401)
})

test.each([
  ['no token', {}, 401],
  ['the wrong token', { authorization: 'Bearer wrong-token-of-engine' }, 401],
  ['the token in a cookie', { cookie: `lathe=${token}` }, 401],
  ['no origin of its own', { authorization: `Bearer ${token}`, origin: 'null' }, 403],
  ['a foreign origin', { authorization: `Bearer ${token}`, origin: 'https://example.org' }, 403],
  ['another name for this host', { authorization: `Bearer ${token}`, host: 'evil.example' }, 403],
  ['all in order', { authorization: `Bearer ${token}` }, 200],
])('a request with %s is answered as it should', async (_, headers, status) => {
  const got = await new Promise<number | undefined>((resolve, reject) => {
    request(`${origin}/api/workspace`, { headers }, response => {
      response.resume()
      resolve(response.statusCode)
    })
      .once('error', reject)
      .end()
  })
  expect(got).toBe(status)
})

const post = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}${path}`, { method: 'POST', headers })

test('the page itself is no secret, needs this engine as its host, and gets no cookie; deep links are the page', async () => {
  const page = await fetch(`${origin}/runs/run-1?token=${token}`)
  expect(await page.text()).toContain('<title>Lathe</title>')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page.headers.get('set-cookie')).toBeNull()
  expect((await fetch(`${origin}/missing.js`)).status).toBe(404)
  for (const path of ['/api', '/api/health', '/rpc/workspace/info', '/api/session']) {
    expect((await fetch(`${origin}${path}`)).status, path).toBe(401)
  }
  const rebound = await new Promise<number | undefined>((resolve, reject) => {
    request(`${origin}/`, { headers: { host: `evil.example:${server.port}` } }, answer =>
      resolve(answer.resume().statusCode),
    )
      .once('error', reject)
      .end()
  })
  expect(rebound).toBe(403)
})

test('a ticket lets one page in, once', async () => {
  const ticket = server.issueTicket()
  expect((await post('/api/session', { 'x-lathe-ticket': 'made up' })).status).toBe(401)
  expect((await post('/api/session', { 'x-lathe-ticket': ticket, origin: 'https://example.org' })).status).toBe(403)
  const answer = await post('/api/session', { 'x-lathe-ticket': ticket })
  expect(await answer.json()).toEqual({ token, rejoin })
  expect((await post('/api/session', { 'x-lathe-ticket': ticket })).status).toBe(401)
  expect((await post('/api/tickets')).status).toBe(401)
  const issued = await post('/api/tickets', { authorization: `Bearer ${token}` })
  const { ticket: another } = (await issued.json()) as { ticket: string }
  expect((await post('/api/session', { 'x-lathe-ticket': another })).status).toBe(200)
})

// Only root can be somebody else.
test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  "another user's program cannot take a ticket that it saw, and takes it from nobody",
  async () => {
    const ticket = server.issueTicket()
    const script = `fetch('${origin}/api/session', { method: 'POST', headers: { 'x-lathe-ticket': '${ticket}' } })
      .then(({ status }) => console.log(status))`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { uid: 65_534, cwd: '/' })
    expect(stdout.trim()).toBe('403')
    expect((await post('/api/session', { 'x-lathe-ticket': ticket })).status).toBe(200)
  },
)

test('a page that outlived an engine joins the next one by proofs of both sides', async () => {
  const host = `127.0.0.1:${server.port}`
  const pageNonce = freshNonce()
  const key = await proofKey(rejoin)
  const challenge = async () => {
    const answer = await (await post('/api/rejoin', { 'x-lathe-nonce': pageNonce })).json()
    return answer as { nonce: string; proof: string }
  }
  const rejoined = (nonce: string, proof: string) =>
    post('/api/rejoin/answer', { 'x-lathe-nonce': nonce, 'x-lathe-proof': proof })
  const { nonce, proof } = await challenge()
  const asked = { host, pageNonce, engineNonce: nonce }
  expect(await isProof(proof, key, 'engine', asked)).toBe(true)
  // The engine's own proof, sent back, is none; and a challenge is answered once, rightly or not.
  expect((await rejoined(nonce, proof)).status).toBe(401)
  expect((await rejoined(nonce, await prove(key, 'page', asked))).status).toBe(401)
  const second = await challenge()
  const answered = await rejoined(second.nonce, await prove(key, 'page', { ...asked, engineNonce: second.nonce }))
  expect(await answered.json()).toEqual({ token, rejoin })
  expect((await post('/api/rejoin', { 'x-lathe-nonce': 'x' })).status).toBe(400)
  // Another program may listen at another name of this port, and would send on what it is asked.
  const elsewhere = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: `localhost:${server.port}`, 'x-lathe-nonce': pageNonce }
    request(`${origin}/api/rejoin`, { method: 'POST', headers }, answer => resolve(answer.resume().statusCode))
      .once('error', reject)
      .end()
  })
  expect(elsewhere).toBe(403)
})

test('clients that hang up while a file is on its way to them do no harm', { timeout: 60_000 }, async () => {
  const input = { bundle: `sha256:${'0'.repeat(64)}`, role: 'signature' as const }
  const body = JSON.stringify({ json: input })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  /** Gone so long after it has asked, or as soon as the answer begins. */
  const hangUp = (afterMs: number | null) =>
    new Promise<void>(resolve => {
      const asked = request(`${origin}/rpc/models/bundleFile`, { method: 'POST', headers }, answer => {
        answer.on('error', () => {})
        answer.resume()
        if (afterMs === null) answer.once('data', () => asked.destroy())
      })
      asked.on('error', () => {})
      asked.once('close', resolve)
      asked.end(body)
      if (afterMs !== null) setTimeout(() => asked.destroy(), afterMs)
    })
  for (let i = 0; i < 40; i += 1) await Promise.all([hangUp(null), hangUp(i % 8), hangUp(i % 5)])
  expect(await (await client.models.bundleFile(input)).text()).toBe('<title>Lathe</title>')
})

test('the stream resumes after a lost connection without a gap', async () => {
  const abort = new AbortController()
  const seen: StreamEvent[] = []
  const connections: boolean[] = []
  const event = (id: number): StreamEvent => ({ type: 'changed', entity: 'run', id: String(id) })
  const listening = subscribe(client, {
    onEvent: each => void seen.push(each),
    onConnection: each => void connections.push(each),
    signal: abort.signal,
  })
  const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 30_000, interval: 10 })
  await until(() => seen.length === 1)
  hub.publish(event(1))
  await until(() => seen.length === 2)
  // The same engine is gone for a while and comes back on its port; its events go on meanwhile.
  const { port } = server
  await server.close()
  hub.publish(event(2))
  hub.publish(event(3))
  await until(() => connections.at(-1) === false)
  server = await listen({ ...options(), port })
  await until(() => seen.length === 4)
  hub.publish(event(4))
  await until(() => seen.length === 5)
  expect(seen).toEqual([{ type: 'hello', boot: 'boot' }, event(1), event(2), event(3), event(4)])
  abort.abort()
  await listening
})

test('an engine that listens everywhere answers at the addresses of its machine, and at no name', async () => {
  const everywhere = await listen({ ...options(), host: '0.0.0.0' })
  const status = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: `${host}:${everywhere.port}`, authorization: `Bearer ${token}` }
      request(`http://127.0.0.1:${everywhere.port}/api/workspace`, { headers }, answer =>
        resolve(answer.resume().statusCode),
      )
        .once('error', reject)
        .end()
    })
  for (const { address, family } of Object.values(networkInterfaces()).flatMap(each => each ?? [])) {
    expect(await status(family === 'IPv6' ? `[${address}]` : address), address).toBe(200)
  }
  expect(await status('192.0.2.1')).toBe(403)
  expect(await status('evil.example')).toBe(403)
  await everywhere.close()
})

test('a port that is taken is said', async () => {
  const taken = listen({ ...options(), port: server.port })
  await expect(taken).rejects.toMatchObject({ code: 'port-taken', mend: expect.stringContaining('--port') })
})
