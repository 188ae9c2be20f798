import type { RequestListener } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DriftWindow } from '../../../shared/inference/drift-window.ts'
import { answerOf, type Bench, makeBench, windowOf } from './fixtures.ts'
import { createMonitoring, type MonitoringDomain } from './index.ts'
import { References } from './references.ts'

let bench: Bench
let monitoring: MonitoringDomain
let binSet: string
let replicas: string[] = []
let shownUrl: string | null = null

beforeEach(async () => {
  bench = await makeBench()
  replicas = []
  shownUrl = null
  binSet = (await new References(bench.registry).get(bench.bundleDigest))!.binSetDigest
  const deployment = {
    endpointsOf: async () => replicas,
    recorded: () => [{ deployment: 'shop', url: shownUrl }],
  }
  monitoring = createMonitoring(
    bench.context,
    { deployment, models: { aliasHistory: () => [] }, uploads: bench.uploads },
    { intervalMs: 40, maximumWaitMs: 80 },
  )
})
afterEach(async () => {
  await monitoring.close()
  await bench.close()
})

const json =
  (body: () => unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body()))
  }
const watch = (url: string, name?: string) => monitoring.operations.watch({ url, name }, {})
const drift = (endpoint: string) => monitoring.operations.drift({ endpoint }, {})
const endpoint = async (name: string) => {
  const { endpoints } = await monitoring.operations.list(undefined, {})
  return endpoints.find(one => one.endpoint === name)
}
/** A model server that says what `windows` holds now. */
const server = (windows: DriftWindow[], digest = bench.bundleDigest, bins = binSet) =>
  bench.serve(json(() => answerOf(digest, bins, windows)))

test('watching begins with what is there; drift scrapes, merges, compares; unwatch forgets', async () => {
  const windows = [windowOf(100)]
  const url = await server(windows)
  expect(monitoring.isWatching()).toBe(false)
  const first = await watch(`${url}/`, 'sizes')
  expect(first).toMatchObject({
    endpoint: 'sizes',
    url,
    status: 'up',
    model: 'sizes',
    version: 1,
    bundleDigest: bench.bundleDigest,
    rows: 100,
    message: null,
  })
  expect(monitoring.isWatching()).toBe(true)
  expect((await drift('sizes')).drifted).toBe(false)
  windows.push(windowOf(300, { shift: 8, startMs: 1_800_000_060_000 }))
  const report = await drift('sizes')
  expect(report).toMatchObject({ rows: 400, drifted: true, enoughRows: true })
  expect(await endpoint('sizes')).toMatchObject({ rows: 400, drifted: ['size'] })
  const early = await monitoring.operations.drift({ endpoint: 'sizes', to: 1_800_000_060_000 }, {})
  expect(early).toMatchObject({ rows: 100, drifted: false })
  expect(bench.published).toContainEqual({ type: 'changed', entity: 'endpoint', id: 'sizes' })
  await monitoring.operations.unwatch({ endpoint: 'sizes' }, {})
  expect(monitoring.isWatching()).toBe(false)
  await expect(drift('sizes')).rejects.toMatchObject({ code: 'not-found' })
})

test('it scrapes by itself, sees a server go and come, and a new engine goes on where this one was', async () => {
  const windows = [windowOf(100)]
  let isUp = true
  const url = await bench.serve((request, response) => {
    if (isUp) json(() => answerOf(bench.bundleDigest, binSet, windows))(request, response)
    else response.destroy()
  })
  await watch(url, 'sizes')
  windows[0] = windowOf(160)
  await expect.poll(async () => (await endpoint('sizes'))?.rows).toBe(160)
  isUp = false
  await expect.poll(async () => (await endpoint('sizes'))?.status).toBe('down')
  expect((await endpoint('sizes'))?.message).toContain(url)
  expect(await drift('sizes')).toMatchObject({ rows: 160 })
  isUp = true
  await expect.poll(async () => (await endpoint('sizes'))?.status).toBe('up')

  await monitoring.close()
  const deployment = { endpointsOf: async () => [], recorded: () => [] }
  monitoring = createMonitoring(
    bench.context,
    { deployment, models: { aliasHistory: () => [] }, uploads: bench.uploads },
    { intervalMs: 40, maximumWaitMs: 80 },
  )
  expect(monitoring.isWatching()).toBe(true)
  windows[0] = windowOf(170)
  windows.push(windowOf(5, { boot: 'second' }))
  monitoring.start()
  await expect.poll(async () => (await endpoint('sizes'))?.rows).toBe(175)
})

test('what nobody looks at tells its drift by itself, and when that began', async () => {
  const windows = [windowOf(300, { shift: 8 })]
  await watch(await server(windows), 'sizes')
  monitoring.start()
  await expect.poll(async () => (await endpoint('sizes'))?.drifted).toEqual(['size'])
  const { events } = await monitoring.operations.events({ endpoint: 'sizes' }, {})
  expect(events.map(({ kind, text }) => [kind, text])).toEqual([['drift', 'Drift: size']])
})

test('all replicas of a deployment are merged, by its name or by the URL it shows', async () => {
  replicas = [await server([windowOf(60)]), await server([windowOf(40, { replica: 'two' })])]
  shownUrl = 'http://127.0.0.1:1'
  expect(await watch('shop')).toMatchObject({ endpoint: 'shop', rows: 100, status: 'up' })
  expect(await watch('http://127.0.0.1:1/', 'again')).toMatchObject({ rows: 100 })
  expect((await drift('shop')).replicas).toBe(2)
  replicas.push('http://127.0.0.1:9')
  await drift('shop')
  expect(await endpoint('shop')).toMatchObject({ status: 'up', message: expect.stringContaining('127.0.0.1:9') })
})

test('what a deployment counted until it goes is taken, wherever it is watched', async () => {
  const windows = [windowOf(60)]
  replicas = [await server(windows)]
  await watch('shop')
  await watch(replicas[0]!, 'elsewhere')
  windows[0] = windowOf(90)
  const under = monitoring.lastLook('shop')
  windows[0] = windowOf(95)
  await Promise.all([under, monitoring.lastLook('shop')])
  expect((await endpoint('shop'))?.rows).toBe(95)
  // One that cannot be asked any more holds nobody up.
  replicas = ['http://127.0.0.1:9']
  await monitoring.lastLook('shop')
  await monitoring.lastLook('nothing')
  expect(await endpoint('shop')).toMatchObject({ status: 'down', rows: 95 })
})

test('what a deployment counts while it is replaced is taken until that is over', async () => {
  const windows = [windowOf(60)]
  replicas = [await server(windows)]
  await watch('shop')
  let isOver = false
  const closely = monitoring.lookClosely('shop', () => isOver)
  for (const rows of [80, 95]) {
    windows[0] = windowOf(rows)
    await expect.poll(async () => (await endpoint('shop'))?.rows).toBe(rows)
  }
  isOver = true
  await closely
  // Once it is over, or where nothing is watched, nothing is read.
  windows[0] = windowOf(99)
  await monitoring.lookClosely('shop', () => true)
  expect((await endpoint('shop'))?.rows).toBe(95)
})

test('a model of another workspace is watched, but has no reference', async () => {
  const url = await server([windowOf(30)], `sha256:${'b'.repeat(64)}`, 'c'.repeat(64))
  const seen = await watch(url, 'strange')
  expect(seen).toMatchObject({ status: 'up', rows: 30, message: expect.stringContaining('no training reference') })
  expect(seen.latencyMs).toEqual({ p50: 0.5, p95: 0.95, p99: 0.99 })
  await expect(drift('strange')).rejects.toMatchObject({ code: 'unsupported' })
})

test('counts over other bins, shrinking counts and impossible windows are not taken, and that is said', async () => {
  const other = await server([windowOf(30)], bench.bundleDigest, 'd'.repeat(64))
  expect(await watch(other, 'other-bins')).toMatchObject({ rows: 0, message: expect.stringContaining('other bins') })
  const windows = [windowOf(100, { sequence: 1 })]
  const url = await server(windows)
  await watch(url, 'liar')
  windows[0] = windowOf(20, { sequence: 2 })
  expect((await drift('liar')).rows).toBe(100)
  expect((await endpoint('liar'))?.message).toContain('shrank')
  windows[0] = windowOf(30, { boot: 'second', sequence: 1 })
  expect((await drift('liar')).rows).toBe(130)
  windows[0] = windowOf(10, { boot: 'third', columns: [{ name: 'size', bins: [[999, 1]], missing: 0 }] })
  expect((await drift('liar')).rows).toBe(130)
  expect((await endpoint('liar'))?.message).toContain('bin of "size"')
})

test('what is no model server is refused with its address and what it did instead', async () => {
  const html = await bench.serve((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
  )
  await expect(watch(html)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('text/html instead of JSON'),
  })
  const shape = await bench.serve(json(() => ({ formatVersion: 1, windows: 'many' })))
  await expect(watch(shape)).rejects.toThrow('a shape that is not')
  const missing = await bench.serve(json(() => ({}), 404))
  await expect(watch(missing)).rejects.toThrow('status 404')
  let wasFollowed = false
  const target = await bench.serve((request, response) => {
    wasFollowed = true
    json(() => answerOf(bench.bundleDigest, binSet, []))(request, response)
  })
  const redirect = await bench.serve((_request, response) => response.writeHead(302, { location: target }).end())
  await expect(watch(redirect)).rejects.toThrow('redirects are not followed')
  expect(wasFollowed).toBe(false)
  await expect(watch('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'unreachable' })
  await expect(watch('nothing')).rejects.toMatchObject({ code: 'bad-input' })
  await expect(watch('http://user:word@127.0.0.1:9')).rejects.toMatchObject({ code: 'bad-input' })
  expect(monitoring.isWatching()).toBe(false)
})

test('an endless answer is cut off, and a silent server is given up', async () => {
  let sentBytes = 0
  const endless = await bench.serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(1 << 16, ' ')
    const more = () => {
      while (sentBytes < 50_000_000 && !response.destroyed) {
        sentBytes += chunk.length
        if (!response.write(chunk)) {
          response.once('drain', more)
          return
        }
      }
      response.end()
    }
    more()
  })
  await expect(watch(endless)).rejects.toThrow('more than 20 MB')
  expect(sentBytes).toBeLessThan(40_000_000)
  const silent = await bench.serve(() => {})
  await expect(watch(silent)).rejects.toThrow('did not answer within 5 s')
})

test('a name that is taken by another address is refused; the same one again is no error', async () => {
  const url = await server([windowOf(60)])
  await watch(url, 'sizes')
  await expect(watch(await server([]), 'sizes')).rejects.toMatchObject({ code: 'already-exists' })
  expect((await watch(url, 'sizes')).rows).toBe(60)
})
