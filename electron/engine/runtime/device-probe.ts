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
  /** Whether it multiplies in float16 by itself; of the CPU it is not asked. */
  float16: boolean
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
/** As ONNX numbers element types. */
const [float32, float16] = [1, 10]

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

/** One more than the whole numbers that float16 has without a gap. */
const lost = 2049

/**
 * Whether a product of matrices runs in float16 on `device` and nowhere else. onnxruntime may take it and convert there and back, so the
 * answer has to lack the digit that float16 does not have.
 */
async function multipliesHalves(device: DeviceId): Promise<boolean> {
  const { Tensor } = await loadOnnxRuntime()
  const graph = new GraphBuilder()
  const half = graph.node('Cast', [graph.input('row', 'float32', [1, 4])], { to: { int: float16 } })
  const turned = graph.node('Transpose', [half], { perm: { ints: [1, 0] } })
  graph.node('Cast', [graph.node('MatMul', [half, turned])], { to: { int: float32 } }, 'product')
  graph.output('product', 'float32', [1, 1])
  try {
    const options = { device, extra: { extra: { session: { disable_cpu_ep_fallback: '1' } } } }
    const session = await openSession(graph.build(), options)
    // 1024 · 2 + 1: the sum is rounded to the 2048 that lies next to it.
    const row = Float32Array.of(32, 32, 1, 0)
    const { product } = await session.run({ row: new Tensor('float32', row, [1, row.length]) })
    await session.release()
    return Number((product!.data as Float32Array)[0]) === lost - 1
  } catch {
    return false
  }
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

const nothing = { gigaflops: null, float16: false, error: null }

async function probe(device: DeviceId, file?: string, inputs?: string): Promise<ProbeReport> {
  const backends: string[] = []
  try {
    const runtime = await loadOnnxRuntime()
    backends.push(...runtime.listSupportedBackends().map(({ name }) => name))
    if (!backends.includes(device)) return { ...nothing, backends, error: 'not in this build' }
    if (file) {
      await runModel(device, file, JSON.parse(inputs ?? '[]') as TrialInput[])
      return { ...nothing, backends }
    }
    const gigaflops = await measureAll(device)
    return { backends, gigaflops, float16: device !== 'cpu' && (await multipliesHalves(device)), error: null }
  } catch (error) {
    return { ...nothing, backends, error: error instanceof Error ? error.message : String(error) }
  }
}

const [device = 'cpu', file, inputs] = process.argv.slice(2)
process.stdout.write(`${JSON.stringify(await probe(device as DeviceId, file, inputs))}\n`)
