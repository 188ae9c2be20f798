import { mkdtempSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ConnectionCounts } from '../../../shared/model/workspace.ts'
import { egress, isLocalHost } from './egress.ts'
import { httpFetch, httpRequest } from './http.ts'

/** An address of this machine that is not its loopback: the nearest thing to elsewhere that every machine has. */
const elsewhere = Object.values(networkInterfaces())
  .flatMap(each => each ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

let server: Server
let told: ConnectionCounts[] = []
let unheard: () => void

beforeEach(async () => {
  told = []
  unheard = egress.onConnections(counts => told.push(counts))
  server = createServer((request, response) => {
    request.resume()
    if (request.url?.startsWith('/slow')) return
    response.end('twelve bytes')
  })
  await new Promise<void>(resolve => server.listen(0, '0.0.0.0', resolve))
})
afterEach(async () => {
  unheard()
  egress.setAirGap(false)
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

const port = () => (server.address() as AddressInfo).port
const url = (host: string, path = '/') => `http://${host}:${port()}${path}`
const sum = (key: 'made' | 'failed' | 'refused' | 'sentBytes' | 'receivedBytes') =>
  told.reduce((total, counts) => total + counts[key], 0)

test('loopback in all its spellings is local, everything else is not', () => {
  for (const host of [
    '127.0.0.1',
    '127.9.9.9',
    'localhost',
    'a.localhost',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    'LOCALHOST',
  ])
    expect(isLocalHost(host), host).toBe(true)
  for (const host of ['0.0.0.0', '10.0.0.1', '::2', 'localhost.example', 'example.org', '128.0.0.1', ''])
    expect(isLocalHost(host), host).toBe(false)
})

test('a request is counted: where to, why, bytes each way, and nothing of its path', async () => {
  const answer = await httpRequest(url('127.0.0.1', '/path?token=secret'), { why: 'watched endpoint' })
  expect(answer.body.toString()).toBe('twelve bytes')
  egress.count()
  expect(told[0]).toMatchObject({ host: '127.0.0.1', port: port(), why: 'watched endpoint', isLocal: true, made: 1 })
  expect(sum('made')).toBe(1)
  expect(sum('sentBytes')).toBeGreaterThan(40)
  expect(sum('receivedBytes')).toBeGreaterThan(12)
  expect(JSON.stringify(told)).not.toContain('secret')
})

test('one that fails is counted as failed', async () => {
  const closed = createTcpServer()
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
  const { port: free } = closed.address() as AddressInfo
  await new Promise(resolve => closed.close(resolve))
  await expect(httpFetch(`http://127.0.0.1:${free}/`, { why: 'watched endpoint' })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  })
  await expect.poll(() => sum('failed')).toBe(1)
})

test.runIf(elsewhere)('with the air gap on only this machine is reached, and what was open is cut', async () => {
  const slow = httpRequest(url(elsewhere!, '/slow'), { why: 'image registry' })
  const ended = expect(slow).rejects.toMatchObject({ code: 'air-gapped' })
  await expect.poll(() => sum('made')).toBe(1)
  egress.setAirGap(true)
  await ended
  for (const refused of [
    httpRequest(url(elsewhere!), { why: 'image registry' }),
    httpFetch(url(elsewhere!), { why: 'watched endpoint' }),
    httpFetch('http://name.that.must.not.be.looked.up.example/', { why: 'watched endpoint' }),
  ]) {
    await expect(refused).rejects.toMatchObject({
      code: 'air-gapped',
      mend: expect.stringContaining('lathe airgap off'),
    })
  }
  expect(sum('refused')).toBe(3)
  expect((await httpFetch(url('127.0.0.1'), { why: 'watched endpoint' })).status).toBe(200)
  expect((await httpFetch(url('localhost'), { why: 'watched endpoint' })).status).toBe(200)
  expect(await egress.answers(elsewhere!, port(), { why: 'Kubernetes', timeoutMs: 500 })).toBe(false)
  egress.setAirGap(false)
  expect((await httpFetch(url(elsewhere!), { why: 'watched endpoint' })).status).toBe(200)
})

test.skipIf(process.platform === 'win32')('a socket of the file system is this machine', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'lathe-socket-')), 'it.sock')
  const local = createServer((_request, response) => response.end('here'))
  await new Promise<void>(resolve => local.listen(path, resolve))
  egress.setAirGap(true)
  const answer = await httpRequest('http://localhost/', { why: 'Docker', connection: { socketPath: path } })
  expect(answer.body.toString()).toBe('here')
  expect(told[0]).toMatchObject({ host: path, port: 0, isLocal: true, made: 1 })
  local.closeAllConnections()
  await new Promise(resolve => local.close(resolve))
})
