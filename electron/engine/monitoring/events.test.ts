import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AliasChange } from '../../../shared/model/model.ts'
import { answerOf, type Bench, makeBench, windowOf } from './fixtures.ts'
import { createMonitoring, type MonitoringDomain } from './index.ts'
import { References } from './references.ts'

let bench: Bench
let monitoring: MonitoringDomain
let url: string
let served: { digest: string; version: number } | null
let moves: AliasChange[]

const other = `sha256:${'b'.repeat(64)}`
const minute = 60_000

beforeEach(async () => {
  bench = await makeBench()
  bench.now.ms = 1_800_000_000_000
  const binSet = (await new References(bench.registry).get(bench.bundleDigest))!.binSetDigest
  served = { digest: bench.bundleDigest, version: 1 }
  moves = []
  const deployment = { endpointsOf: async () => [], recorded: () => [] }
  monitoring = createMonitoring(bench.context, {
    deployment,
    models: { aliasHistory: () => moves },
    uploads: bench.uploads,
  })
  url = await bench.serve((_request, response) => {
    if (!served) return response.destroy()
    const windows = [windowOf(200, { shift: served.version === 1 ? 6 : 0, startMs: bench.now.ms! - minute })]
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answerOf(served.digest, binSet, windows, served.version)))
  })
  await monitoring.operations.watch({ url, name: 'sizes' }, {})
})
afterEach(async () => {
  await monitoring.close()
  await bench.close()
})

const told = async () =>
  (await monitoring.operations.events({ endpoint: 'sizes' }, {})).events.map(({ kind, at, text }) => [kind, at, text])

test('an event is marked, listed, taken away, and marked again as it was', async () => {
  const { operations } = monitoring
  const now = bench.now.ms!
  const text = '<script>alert(1)</script> \u202e new supplier'
  const marked = await operations.mark({ endpoint: 'sizes', text }, {})
  expect(marked).toMatchObject({ kind: 'mark', at: now, text })
  const earlier = await operations.mark({ endpoint: 'sizes', text: 'holiday', at: now - 5000 }, {})
  expect(await told()).toEqual([
    ['mark', now, text],
    ['mark', now - 5000, 'holiday'],
  ])
  const gone = await operations.unmark({ endpoint: 'sizes', event: earlier.event! }, {})
  expect(gone).toEqual(earlier)
  expect(await told()).toHaveLength(1)
  await operations.mark({ endpoint: 'sizes', text: gone.text, at: gone.at }, {})
  expect((await told())[1]).toEqual(['mark', now - 5000, 'holiday'])
  await expect(async () => operations.unmark({ endpoint: 'sizes', event: 99 }, {})).rejects.toMatchObject({
    code: 'not-found',
  })
  await expect(async () => operations.mark({ endpoint: 'none', text: 'x' }, {})).rejects.toMatchObject({
    code: 'not-found',
  })
  await operations.unwatch({ endpoint: 'sizes' }, {})
  await operations.watch({ url, name: 'sizes' }, {})
  expect(await told()).toEqual([])
})

test('another model, a silence and its end are written down once each, and the moves of an alias stand between', async () => {
  // A model of another workspace has no drift to tell, but is seen.
  const look = async () => {
    try {
      await monitoring.operations.drift({ endpoint: 'sizes' }, {})
    } catch (error) {
      expect(error).toMatchObject({ code: 'unsupported' })
    }
  }
  const begun = bench.now.ms!
  const alias = { model: 'sizes', alias: 'champion', from: 1, reason: 'better' }
  moves = [
    { ...alias, to: 2, at: begun + minute },
    { ...alias, from: null, to: 1, at: begun - minute },
  ]
  bench.now.ms = begun + 2 * minute
  served = { digest: other, version: 2 }
  await look()
  await look()
  served = null
  bench.now.ms = begun + 3 * minute
  await look()
  await look()
  served = { digest: other, version: 2 }
  bench.now.ms = begun + 4 * minute
  await look()
  expect(await told()).toEqual([
    ['state', begun + 4 * minute, 'It answers again'],
    ['state', begun + 3 * minute, 'It no longer answers'],
    ['model', begun + 2 * minute, 'sizes:2 took the place of sizes:1'],
    ['alias', begun + minute, 'sizes@champion names version 2: better'],
  ])
})

test('the last hour of every endpoint, and its worst column without anyone asking for drift', async () => {
  const { endpoints } = await monitoring.operations.lately(undefined, {})
  const [sizes] = endpoints
  expect(sizes).toMatchObject({ endpoint: 'sizes', lastHour: { rows: 200, requests: 200, errors: 0 } })
  expect(sizes!.rowsByMinute.slice(-2)).toEqual([200, 0])
  expect(sizes!.drift).toMatchObject({
    rows: 200,
    enoughRows: true,
    columns: 3,
    drifted: ['size'],
    worst: { name: 'size' },
  })
  const report = await monitoring.operations.drift({ endpoint: 'sizes' }, {})
  expect(sizes!.drift!.worst.value).toBe(report.columns[0]!.value)

  // Two hours later nothing went through: what is older is compared, and said to be.
  bench.now.ms! += 2 * 60 * minute
  const later = (await monitoring.operations.lately(undefined, {})).endpoints[0]!
  expect(later).toMatchObject({ lastHour: { rows: 0, latencyMs: null }, drift: { rows: 200, drifted: ['size'] } })
  expect(later.rowsByMinute).toEqual(new Array(60).fill(0))
})
