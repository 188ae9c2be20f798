import { tmpdir } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { GraphBuilder } from './onnx/graph-builder.ts'
import { runProbe, tryOnDevice } from './probe-process.ts'

const options = { device: 'cpu', temporaryFolder: tmpdir() } as const
const nodeOptions = process.env.NODE_OPTIONS

afterEach(() => {
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = nodeOptions
})

function product(): Uint8Array {
  const graph = new GraphBuilder()
  graph.input('x', 'float32', [2, 3])
  graph.node('MatMul', ['x', graph.floats(new Float32Array(12), [3, 4])], {}, 'y')
  graph.output('y', 'float32', [2, 4])
  return graph.build()
}

test('a model that runs raises nothing', async () => {
  await tryOnDevice(product(), [{ name: 'x', type: 'float32', dims: [2, 3] }], options)
})

test('a model that fails gives the reason of the runtime', async () => {
  const wrong = tryOnDevice(product(), [{ name: 'x', type: 'float32', dims: [2, 5] }], options)
  await expect(wrong).rejects.toMatchObject({ code: 'device-unavailable', message: expect.stringMatching(/x .*5.*3/s) })
  await expect(tryOnDevice(product(), [], { ...options, device: 'coreml' })).rejects.toBeInstanceOf(AppError)
})

test('a process that dies natively gives how it ended and its last words', async () => {
  process.env.NODE_OPTIONS = '--max-old-space-size=1'
  const report = await runProbe(['cpu'], {})
  expect(report.gigaflops).toBeNull()
  expect(report.error).toMatch(/^its process ended with (SIG\w+|exit code \d+): \S/)
})
