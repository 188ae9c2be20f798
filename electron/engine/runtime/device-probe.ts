/**
 * Entry of a process that tries one device and may die natively while doing so. `device-probe.ts DEVICE` writes one line
 * of JSON to stdout: a `ProbeReport`. Whoever starts it reads the exit code and stderr when the line is missing.
 */
import { GraphBuilder } from './onnx/graph-builder.ts'
import { loadOnnxRuntime, openSession } from './session.ts'

/** `backends` are the providers that this build of onnxruntime lists; `gigaflops` is null when `error` says why. */
export interface ProbeReport {
  backends: string[]
  gigaflops: number | null
  error: string | null
}

/** Side lengths of the square matrices, powers of two so that the sum is exact; the next is tried only where the last was quick enough to say little. */
const sides = [128, 512, 1024]
const quickMs = 4
const repeats = 4

/** Billions of operations a second of `[n, n] · [n, n]` with a small result, the best of several runs after a warm-up. */
async function measure(device: string, side: number): Promise<{ gigaflops: number; bestMs: number }> {
  const { Tensor } = await loadOnnxRuntime()
  const graph = new GraphBuilder()
  graph.input('row', 'float32', [1, side])
  const weights = graph.floats(new Float32Array(side * side).fill(1 / side), [side, side])
  const square = graph.node('Mul', ['row', weights])
  const product = graph.node('MatMul', [square, weights])
  graph.node('ReduceSum', [product], { keepdims: { int: 0 } }, 'total')
  graph.output('total', 'float32', [])
  const session = await openSession(graph.build(), {
    device: device as 'cpu',
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

async function probe(device: string): Promise<ProbeReport> {
  const backends: string[] = []
  try {
    const runtime = await loadOnnxRuntime()
    backends.push(...runtime.listSupportedBackends().map(({ name }) => name))
    if (!backends.includes(device)) return { backends, gigaflops: null, error: 'not in this build' }
    let gigaflops = 0
    for (const side of sides) {
      const result = await measure(device, side)
      gigaflops = Math.max(gigaflops, result.gigaflops)
      if (result.bestMs > quickMs) break
    }
    return { backends, gigaflops, error: null }
  } catch (error) {
    return { backends, gigaflops: null, error: error instanceof Error ? error.message : String(error) }
  }
}

const report = await probe(process.argv[2] ?? 'cpu')
process.stdout.write(`${JSON.stringify(report)}\n`)
