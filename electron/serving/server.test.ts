import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DriftAnswer } from '../../shared/inference/drift-window.ts'
import { makeBundle } from './fixtures.ts'
import { openServedModel } from './model.ts'
import { createServer, type ModelServer } from './server.ts'

let bundle: string
let server: ModelServer
const logged: string[] = []

beforeAll(async () => {
  bundle = await makeBundle()
  const settings = { bundle, name: 'shop', version: 3, host: '127.0.0.1', port: 0, threads: 1 }
  server = createServer(await openServedModel(settings), {
    log: (level, message) => logged.push(`${level} ${message}`),
  })
})
afterAll(async () => {
  await server.drain()
  await rm(bundle, { recursive: true, force: true })
  expect(logged).toEqual([])
})

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const row = { age: 0.5, city: 'Graz', since: '2020-01-02' }

async function post(url: string, body: unknown) {
  const answer = await server.app.inject({ method: 'POST', url, payload: body as object })
  return { status: answer.statusCode, body: answer.json() }
}

async function drift(): Promise<DriftAnswer> {
  return (await server.app.inject('/drift')).json()
}

test('rows, one bare row and positional values give the same answer', async () => {
  const { status, body } = await post('/predict', { inputs: [row, { ...row, city: null, age: null }] })
  expect(status).toBe(200)
  expect(body.model).toMatchObject({ name: 'shop', version: 3, digest: expect.stringMatching(/^sha256:/) })
  expect(body.id).toEqual(expect.any(String))
  expect(body.outputs[0]).toEqual({
    prediction: 'yes',
    probabilities: { no: expect.closeTo(1 - sigmoid(2.5), 6), yes: expect.closeTo(sigmoid(2.5), 6) },
  })
  expect(body.outputs[1].probabilities.yes).toBeCloseTo(sigmoid(1), 6)
  for (const other of [row, { features: [0.5, 'Graz', '2020-01-02'] }, { features: [[0.5, 'Graz', '2020-01-02']] }]) {
    expect((await post('/predict', other)).body.outputs[0]).toEqual(body.outputs[0])
  }
})

test.each([
  [
    'a text for a number',
    { inputs: [row, { ...row, age: 'old' }] },
    'Row 2, field "age": expected a finite number, got the text "old"',
  ],
  ['an unknown field', { ...row, agee: 1 }, 'Row 1, field "agee": expected no field of this name, got 1'],
  ['an absent field', { age: 1, city: 'Graz' }, 'Row 1, field "since": expected an ISO 8601 date'],
  ['a day that is none', { ...row, since: '2020-02-31' }, 'Row 1, field "since": expected an ISO 8601 date'],
  ['too few values', { features: [1, 'Graz'] }, 'Row 1, field "features": expected 3 values (age, city, since), got 2'],
  ['no row', { inputs: [] }, 'There is no row to predict'],
  ['a row that is none', { inputs: [7] }, 'expected an object of column names and values, got 7'],
])('%s answers 422 in words', async (_name, body, message) => {
  const answer = await post('/predict', body)
  expect(answer.status).toBe(422)
  expect(answer.body.error).toMatchObject({ code: 'bad-data', message: expect.stringContaining(message) })
})

test('a body that is no JSON, of another type, or without a route is refused', async () => {
  const send = (payload: string, type: string, url = '/predict') =>
    server.app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })
  expect((await send('{', 'application/json')).statusCode).toBe(400)
  const form = await send('age=1', 'application/x-www-form-urlencoded')
  expect([form.statusCode, form.json().error.mend]).toEqual([415, expect.stringContaining('application/json')])
  expect((await send('{}', 'application/json', '/nowhere')).statusCode).toBe(404)
})

test('drift counts rows over the reference bins, and holds no value of a row', async () => {
  const before = (await drift()).windows.reduce((sum, window) => sum + window.rows, 0)
  const secret = 'a text that nobody may read'
  await post('/predict', { inputs: [{ ...row, age: 123.456, city: secret }, row, row] })
  const answer = await drift()
  expect(answer.windows.reduce((sum, window) => sum + window.rows, 0)).toBe(before + 3)
  expect(answer.model).toMatchObject({ name: 'shop' })
  expect(answer.binSetDigest).toMatch(/^[0-9a-f]{64}$/)
  const text = JSON.stringify(answer)
  expect(text).not.toContain(secret)
  expect(text).not.toContain('123.456')
  expect((await server.app.inject('/drift?since=yesterday')).statusCode).toBe(400)
})

test('Open Inference: health, metadata and infer agree with predict', async () => {
  for (const url of [
    '/v2/health/live',
    '/v2/health/ready',
    '/v2/models/shop/ready',
    '/v2/models/shop/versions/3/ready',
  ]) {
    expect((await server.app.inject(url)).statusCode).toBe(200)
  }
  expect((await server.app.inject('/v2/models/shop')).json()).toMatchObject({
    name: 'shop',
    inputs: [
      { name: 'numeric', datatype: 'FP32', shape: [-1, 2] },
      { name: 'text', datatype: 'BYTES', shape: [-1, 1] },
    ],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
  })
  const { status, body } = await post('/v2/models/shop/infer', {
    id: 'mine',
    inputs: [
      { name: 'numeric', datatype: 'FP32', shape: [2, 2], data: [0.5, 1, 3, 0] },
      { name: 'text', datatype: 'BYTES', shape: [2, 1], data: ['Graz', 'Wien'] },
    ],
  })
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: 'mine', model_name: 'shop', model_version: '3' })
  expect(body.outputs[0]).toMatchObject({ name: 'probabilities', datatype: 'FP32', shape: [2, 2] })
  expect(body.outputs[0].data[1]).toBeCloseTo(sigmoid(2.5), 6)
  expect(body.outputs[0].data[3]).toBeCloseTo(sigmoid(3), 6)
  const refused = await post('/v2/models/shop/infer', {
    inputs: [{ name: 'numeric', datatype: 'FP32', shape: [1, 5], data: [1, 2, 3, 4, 5] }],
  })
  expect(refused.status).toBeGreaterThanOrEqual(400)
  expect(refused.body.error).toEqual(expect.any(String))
  expect((await server.app.inject('/v2/models/other')).statusCode).toBe(404)
})

test('metrics are in the text format of Prometheus, by route and without values', async () => {
  const answer = await server.app.inject('/metrics')
  expect(answer.headers['content-type']).toContain('text/plain')
  expect(answer.body).toContain('lathe_model_info{name="shop",version="3",digest="sha256:')
  expect(answer.body).toMatch(/lathe_requests_total\{route="\/predict",code="200"\} [1-9]/)
  expect(answer.body).toMatch(/lathe_requests_total\{route="\/predict",code="422"\} [1-9]/)
  expect(answer.body).toMatch(/lathe_predict_seconds_bucket\{le="\+Inf"\} [1-9]/)
  for (const line of answer.body.trim().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) |[a-z_]+(\{.*\})? [\d.e+-]+$)/)
})

test('the description names the columns of this model', async () => {
  const description = (await server.app.inject('/openapi.json')).json()
  expect(description.openapi).toMatch(/^3\./)
  expect(JSON.stringify(description.paths['/predict'])).toContain('since')
})
