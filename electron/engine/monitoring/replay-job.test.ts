import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RawRow } from '../../../shared/inference/signature.ts'
import { Checkpoint, type JobContext } from '../jobs/index.ts'
import { answerOf, type Bench, makeBench } from './fixtures.ts'
import { createMonitoring } from './index.ts'
import { type ReplayInput, replayJob } from './replay-job.ts'

let bench: Bench
let folder: string
let file: string
let received: RawRow[]
let abort: AbortController

beforeEach(async () => {
  bench = await makeBench()
  folder = await mkdtemp(join(tmpdir(), 'lathe-replay-'))
  file = join(folder, 'rows.csv')
  received = []
  abort = new AbortController()
})
afterEach(async () => {
  await bench.close()
  await rm(folder, { recursive: true, force: true })
})

async function bodyOf(request: IncomingMessage): Promise<{ inputs: RawRow[] }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as { inputs: RawRow[] }
}

/** Takes rows whose size is a number, refuses the others as a whole request. */
const model: RequestListener = (request, response) => {
  const answer = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.url?.startsWith('/drift')) {
    answer(200, answerOf(bench.bundleDigest, 'a'.repeat(64), []))
    return
  }
  void bodyOf(request).then(({ inputs }) => {
    if (inputs.some(row => row.size === null)) answer(422, { error: { message: 'size: expected a number' } })
    else {
      received.push(...inputs)
      answer(200, { outputs: [] })
    }
  })
}

const jobContext = (): JobContext => ({
  folder,
  outFolder: folder,
  temporaryFolder: folder,
  signal: abort.signal,
  finish: new AbortController().signal,
  checkpoint: new Checkpoint(folder),
  progress() {},
  log() {},
  metric() {},
  record() {},
  secret: async () => null,
  unbroken: work => work(),
  within: (_milliseconds, _late, work) => work(),
})
const columns: ReplayInput['columns'] = [
  { name: 'size', type: 'number' },
  { name: 'colour', type: 'text' },
]
const replay = (url: string, rate: number | null = null) =>
  replayJob({ upload: null, endpoint: null, file, url, rate, columns, options: {} }, jobContext())

test('every row is sent once, typed as the model reads it; refused rows are counted and said', async () => {
  const rows = Array.from({ length: 450 }, (_, i) => `${i === 210 ? '' : i / 2},${i % 2 ? 'red' : ''},extra`)
  await writeFile(file, `size,colour,other\n${rows.join('\n')}\n`)
  const result = await replay(await bench.serve(model))
  expect(result).toMatchObject({ sent: 450, errors: 1, messages: ['size: expected a number'] })
  expect(received).toHaveLength(449)
  expect(received[0]).toEqual({ size: 0, colour: null })
  expect(received.find(row => row.size === 1.5)).toEqual({ size: 1.5, colour: 'red' })
})

test('a rate is kept, and cancel ends it at once', async () => {
  await writeFile(file, `size,colour\n${Array.from({ length: 60 }, (_, i) => `${i},red`).join('\n')}\n`)
  const url = await bench.serve(model)
  const { seconds } = await replay(url, 100)
  expect(seconds).toBeGreaterThan(0.45)
  // At one a second it would be a minute.
  expect(seconds).toBeLessThan(30)
  received.length = 0
  const running = replay(url, 1)
  setTimeout(() => abort.abort(new Error('stop')), 300)
  await expect(running).rejects.toThrow()
  expect(received.length).toBeLessThan(30)
})

test('a file that lacks a column, and a server that is gone, are named', async () => {
  await writeFile(file, 'size\n1\n')
  await expect(replay(await bench.serve(model))).rejects.toThrow('colour')
  await writeFile(file, 'size,colour\n1,red\n')
  await expect(replay('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'unreachable' })
})

test('the operation asks the server which model it serves and gives the job its columns', async () => {
  const deployment = { endpointsOf: async () => [], recorded: () => [] }
  const monitoring = createMonitoring(bench.context, {
    deployment,
    models: { aliasHistory: () => [] },
    uploads: bench.uploads,
  })
  const url = await bench.serve(model)
  await monitoring.operations.replay({ file, url, options: { skip: 2 } }, {})
  expect(bench.submitted[0]).toMatchObject({
    kind: 'replay',
    input: { file, url, rate: null, columns, options: { skip: 2 } },
  })
  await expect(monitoring.operations.replay({ file: 'rows.csv', url, options: {} }, {})).rejects.toMatchObject({
    code: 'bad-input',
  })
  await monitoring.close()
})

test('of very many columns fewer rows are sent together, since a request has a limit', async () => {
  const names = Array.from({ length: 1200 }, (_, i) => `x${i}`)
  await writeFile(file, `${names.join(',')}\n${`${names.map((_, i) => i % 7).join(',')}\n`.repeat(200)}`)
  const sizes: number[] = []
  const url = await bench.serve((request, response) => {
    void bodyOf(request).then(({ inputs }) => {
      sizes.push(inputs.length)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"outputs":[]}')
    })
  })
  const wide = names.map(name => ({ name, type: 'number' as const }))
  const result = await replayJob(
    { upload: null, endpoint: null, file, url, rate: null, columns: wide, options: {} },
    jobContext(),
  )
  expect(result).toMatchObject({ sent: 200, errors: 0 })
  expect(sizes).toEqual([166, 34])
})
