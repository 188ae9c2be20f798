/**
 * Entry of a process that tries one device and may die natively while doing so. `device-probe.ts DEVICE` measures it,
 * `device-probe.ts DEVICE MODEL INPUTS` runs a model on it with zeros as inputs. It writes one line of JSON to stdout: a
 * `ProbeReport`. Whoever starts it reads the exit code and stderr when the line is missing.
 */
import { readFile } from 'node:fs/promises'
import type { DeviceId } from '../../../shared/model/run.ts'
import { GraphBuilder } from './onnx/graph-builder.ts'
import { loadOnnxRuntime, openSession } from './session.ts'

/** `backends` are the providers that this build of onnxruntime lists; `gigaflops` is null when `error` says why. */
export interface ProbeReport {
  backends: string[]
  gigaflops: number | null
  error: string | null
}

/** A model's input, to be filled with zeros. */
export interface TrialInput {
  name: string
  type: 'float32' | 'int32'
  dims: readonly number[]
}

/** Side lengths of the square matrices, powers of two so that the sum is exact; the next is tried only where the last was quick enough to say little. */
const sides = [128, 512, 1024]
const quickMs = 4
const repeats = 4

/** Billions of operations a second of `[n, n] · [n, n]` with a small result, the best of several runs after a warm-up. */
async function measure(device: DeviceId, side: number): Promise<{ gigaflops: number; bestMs: number }> {
  const { Tensor } = await loadOnnxRuntime()
  const graph = new GraphBuilder()
  graph.input('row', 'float32', [1, side])
  const weights = graph.floats(new Float32Array(side * side).fill(1 / side), [side, side])
  const square = graph.node('Mul', ['row', weights])
  const product = graph.node('MatMul', [square, weights])
  graph.node('ReduceSum', [product], { keepdims: { int: 0 } }, 'total')
  graph.output('total', 'float32', [])
  const session = await openSession(graph.build(), {
    device,
    extra: { graphOptimizationLevel: 'basic' },
  })
  const feeds = { row: new Tensor('float32', new Float32Array(side).fill(1), [1, side]) }
  let bestMs = Number.POSITIVE_INFINITY
  for (let run = 0; run <= repeats; run += 1) {
    const start = performance.now()
    const { total } = await session.run(feeds)
    const elapsedMs = performance.now() - start
    const value = Number((total!.data as Float32Array)[0])
    if (Math.abs(value - side) > 1e-3 * side) throw new Error(`a matrix product gave ${value}, not ${side}`)
    if (run > 0) bestMs = Math.min(bestMs, elapsedMs)
  }
  await session.release()
  return { gigaflops: (2 * side ** 3) / bestMs / 1e6, bestMs }
}

async function measureAll(device: DeviceId): Promise<number> {
  let gigaflops = 0
  for (const side of sides) {
    const result = await measure(device, side)
    gigaflops = Math.max(gigaflops, result.gigaflops)
    if (result.bestMs > quickMs) break
  }
  return gigaflops
}

/** Twice: what fails only when a buffer is used again fails here. */
async function runModel(device: DeviceId, file: string, inputs: readonly TrialInput[]): Promise<void> {
  const { Tensor } = await loadOnnxRuntime()
  const session = await openSession(await readFile(file), { device })
  const zeros = inputs.map(({ name, type, dims }) => {
    const length = dims.reduce((product, one) => product * one, 1)
    const data = type === 'int32' ? new Int32Array(length) : new Float32Array(length)
    return [name, new Tensor(type as 'float32', data as Float32Array, [...dims])]
  })
  for (let run = 0; run < 2; run += 1) await session.run(Object.fromEntries(zeros))
  await session.release()
}

async function probe(device: DeviceId, file?: string, inputs?: string): Promise<ProbeReport> {
  const backends: string[] = []
  try {
    const runtime = await loadOnnxRuntime()
    backends.push(...runtime.listSupportedBackends().map(({ name }) => name))
    if (!backends.includes(device)) return { backends, gigaflops: null, error: 'not in this build' }
    if (!file) return { backends, gigaflops: await measureAll(device), error: null }
    await runModel(device, file, JSON.parse(inputs ?? '[]') as TrialInput[])
    return { backends, gigaflops: null, error: null }
  } catch (error) {
    return { backends, gigaflops: null, error: error instanceof Error ? error.message : String(error) }
  }
}

const [device = 'cpu', file, inputs] = process.argv.slice(2)
process.stdout.write(`${JSON.stringify(await probe(device as DeviceId, file, inputs))}\n`)
