import { expect, test } from 'vitest'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import { differentiate, emit, input, type Value } from '../autodiff/index.ts'
import { losses } from './index.ts'

const { Tensor } = await loadOnnxRuntime()

async function evaluate(id: string, outputs: number[][], targets: number[][]) {
  const loss = losses.get(id)
  const width = outputs[0]!.length
  const shape = [outputs.length, width]
  const [z, t] = [input('z', 'float32', shape), input('t', 'float32', shape)]
  const total = loss.total(z, t)
  const values = [total, loss.head(z), ...differentiate(total, [z])]
  const graph = new GraphBuilder()
  const names = new Map<Value, string>([
    [z, graph.input('z', 'float32', shape)],
    [t, graph.input('t', 'float32', shape)],
  ])
  emit(graph, values, names).forEach((name, i) => {
    graph.node('Identity', [name], {}, `output${i}`)
    graph.output(`output${i}`, 'float32', values[i]!.shape)
  })
  const session = await openSession(graph.build(), { threads: 1 })
  const results = await session.run({
    z: new Tensor('float32', outputs.flat(), shape),
    t: new Tensor('float32', targets.flat(), shape),
  })
  await session.release()
  return [0, 1, 2].map(i => Array.from(results[`output${i}`]!.data as Float32Array)) as [number[], number[], number[]]
}

test('cross-entropy, also far from zero', async () => {
  const outputs = [
    [2, -1, 0.5],
    [0.1, 0.2, -3],
    [50, -60, 4],
  ]
  const targets = [
    [1, 0, 0],
    [0, 0, 1],
    [0, 0, 1],
  ]
  const [[total], probabilities, gradient] = await evaluate('cross-entropy', outputs, targets)
  // SciPy 1.17.1: -log_softmax(z, axis=1)[range(3), [0, 2, 2]].sum(); softmax of the first row.
  expect(total).toBeCloseTo(50.106881515169675, 4)
  expect(probabilities[0]).toBeCloseTo(0.7855970345892759, 6)
  expect(probabilities[1]).toBeCloseTo(0.039112573270687456, 6)
  probabilities.forEach((probability, i) => {
    expect(gradient[i]).toBeCloseTo(probability - targets.flat()[i]!, 6)
  })
})

test('binary cross-entropy, also far from zero', async () => {
  const outputs = [[2], [-1.5], [0], [90], [-0.5]]
  const [[total], probabilities, gradient] = await evaluate('binary-cross-entropy', outputs, [[1], [1], [0], [1], [0]])
  // scikit-learn 1.9.1: log_loss([1, 1, 0, 1, 0], expit(z), normalize=False).
  expect(total).toBeCloseTo(2.995565453765777, 5)
  expect(probabilities[3]).toBe(1)
  expect(gradient[0]).toBeCloseTo(1 / (1 + Math.exp(-2)) - 1, 6)
  expect(gradient[3]).toBeCloseTo(0, 6)
})

test('squared error', async () => {
  const [[total], values, gradient] = await evaluate('squared-error', [[1], [2.5]], [[0], [4]])
  expect(total).toBeCloseTo(1 + 2.25, 6)
  expect(values).toEqual([1, 2.5])
  expect(gradient).toEqual([2, -3])
})
