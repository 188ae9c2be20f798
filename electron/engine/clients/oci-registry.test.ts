import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { sha256 } from '../base/index.ts'
import { parseImageReference } from './image-reference.ts'
import { OciRepository } from './oci-registry.ts'

let server: Server | undefined
afterEach(() => new Promise<void>(resolve => (server ? server.close(() => resolve()) : resolve())))

async function listen(answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void) {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => answer(request, response, Buffer.concat(chunks)))
  })
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const bytes = Buffer.from('layer bytes')
const blob = { digest: `sha256:${sha256(bytes)}`, sizeBytes: bytes.length, open: () => Readable.from([bytes]) }

/** A registry that wants tokens from its own token service, which knows one login. */
function tokenRegistry(host: () => string, stored: Map<string, Buffer>, seen: string[]) {
  return (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const url = new URL(request.url ?? '', `http://${host()}`)
    seen.push(`${request.method} ${url.pathname}`)
    if (url.pathname === '/token') {
      const isKnown = request.headers.authorization === `Basic ${Buffer.from('me:right').toString('base64')}`
      const isScoped = url.searchParams.get('scope') === 'repository:team/model:pull,push'
      if (!isKnown || !isScoped || url.searchParams.get('service') !== 'test') response.writeHead(401).end()
      else response.end(JSON.stringify({ token: 'good' }))
    } else if (request.headers.authorization !== 'Bearer good') {
      const challenge = `Bearer realm="http://${host()}/token",service="test"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    } else if (url.pathname === '/v2/') response.end()
    else if (request.method === 'HEAD')
      response.writeHead(stored.has(url.pathname.split('/').at(-1)!) ? 200 : 404).end()
    else if (request.method === 'POST' && url.searchParams.has('mount')) {
      const isThere = url.searchParams.get('from') === 'team/other'
      response.writeHead(isThere ? 201 : 202, isThere ? {} : { location: '/v2/team/model/blobs/uploads/2' }).end()
    } else if (request.method === 'POST')
      response.writeHead(202, { location: '/v2/team/model/blobs/uploads/1?x=y' }).end()
    else if (request.method === 'DELETE') response.writeHead(204).end()
    else if (request.method === 'PUT') {
      stored.set(url.searchParams.get('digest') ?? '', body)
      response.writeHead(201).end()
    }
  }
}

test('a token is fetched with the login, and only missing blobs travel', async () => {
  const stored = new Map<string, Buffer>()
  const seen: string[] = []
  let host = ''
  host = await listen(tokenRegistry(() => host, stored, seen))
  const reference = parseImageReference(`${host}/team/model:1`)
  const login = { user: 'me', password: 'right' }
  const repository = await OciRepository.open(reference, { plainHttp: true, login })
  expect(await repository.pushBlob(blob)).toBe(bytes.length)
  expect(stored.get(blob.digest)).toEqual(bytes)
  expect(await repository.pushBlob(blob)).toBe(0)
  expect(seen.filter(line => line === 'GET /token')).toHaveLength(1)
})

test('a blob that another repository of the registry has is mounted, not sent', async () => {
  const stored = new Map<string, Buffer>()
  let host = ''
  host = await listen(tokenRegistry(() => host, stored, []))
  const login = { user: 'me', password: 'right' }
  const repository = await OciRepository.open(parseImageReference(`${host}/team/model:1`), { plainHttp: true, login })
  expect(await repository.pushBlob(blob, { mountFrom: ['team/nothing', 'team/other'] })).toBe(0)
  expect(stored.size).toBe(0)
})

test('a refused login says whose, and how to mend it', async () => {
  let host = ''
  host = await listen(tokenRegistry(() => host, new Map(), []))
  const reference = parseImageReference(`${host}/team/model:1`)
  const wrong = OciRepository.open(reference, { plainHttp: true, login: { user: 'me', password: 'wrong' } })
  await expect(wrong).rejects.toMatchObject({
    code: 'registry-refused',
    message: `${host} refused the login for team/model`,
    mend: expect.stringContaining('docker login'),
  })
  await expect(OciRepository.open(reference, { plainHttp: true })).rejects.toMatchObject({
    code: 'registry-refused',
    message: expect.stringContaining('there is none'),
  })
})

test('a broken upload is tried again from its start', async () => {
  const stored = new Map<string, Buffer>()
  let breaks = 2
  let host = ''
  const answer = tokenRegistry(() => host, stored, [])
  host = await listen((request, response, body) => {
    if (request.method === 'PUT' && breaks-- > 0) request.socket.destroy()
    else answer(request, response, body)
  })
  const login = { user: 'me', password: 'right' }
  const repository = await OciRepository.open(parseImageReference(`${host}/team/model:1`), { plainHttp: true, login })
  expect(await repository.pushBlob(blob)).toBe(bytes.length)
  expect(stored.get(blob.digest)).toEqual(bytes)
})

test('a registry that is not there, or that stores other bytes, is told apart', async () => {
  const gone = OciRepository.open(parseImageReference('127.0.0.1:9/model:1'), { plainHttp: true })
  await expect(gone).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining('127.0.0.1:9') })
  const other = `sha256:${'0'.repeat(64)}`
  const host = await listen((request, response) => {
    const isManifest = request.method === 'PUT'
    response.writeHead(isManifest ? 201 : 200, isManifest ? { 'docker-content-digest': other } : {}).end()
  })
  const repository = await OciRepository.open(parseImageReference(`${host}/model:1`), { plainHttp: true })
  await expect(repository.pushManifest(Buffer.from('{}'), 'x')).rejects.toMatchObject({ code: 'digest-mismatch' })
})
