import { expect, test } from 'vitest'
import { Pcg32 } from '../../numerics/index.ts'
import type { ElementType } from '../../runtime/index.ts'
import { GraphBuilder, loadOnnxRuntime, openSession, readGraph, withOutputs } from '../../runtime/index.ts'
import { besideGradient, inputGradientGraph } from './input-gradient.ts'

const rows = 5
const random = new Pcg32(3)
const weights = (graph: GraphBuilder, ...dims: number[]) =>
  graph.floats(
    Float32Array.from({ length: dims.reduce((product, length) => product * length, 1) }, () => random.nextGaussian()),
    dims,
  )

/** Numbers with gaps filled and told, scaled, two layers with a norm between them, a softmax: what a network's file holds. */
function tabular(graph: GraphBuilder): string {
  const picked = graph.node('Gather', ['numeric', graph.int64s([2, 0, 3])], { axis: { int: 1 } })
  const isGap = graph.node('IsNaN', [picked])
  const filled = graph.node('Where', [isGap, graph.floats([0.1, 0.2, 0.3]), picked])
  const scaled = graph.node('Div', [graph.node('Sub', [filled, graph.floats([0.1, 0, 0])]), graph.floats([1, 2, 0.5])])
  const gaps = graph.node('Cast', [isGap], { to: { int: 1 } })
  const features = graph.node('Concat', [scaled, gaps], { axis: { int: 1 } })
  const hidden = graph.node('Gemm', [features, weights(graph, 6, 4), weights(graph, 4)])
  const centred = graph.node('Sub', [
    hidden,
    graph.node('ReduceMean', [hidden], { axes: { ints: [1] }, keepdims: { int: 1 } }),
  ])
  const active = graph.node('Tanh', [graph.node('Mul', [centred, weights(graph, 4)])])
  return graph.node('Softmax', [graph.node('Gemm', [active, weights(graph, 4, 3), weights(graph, 3)])], {
    axis: { int: -1 },
  })
}

/** A convolution and a pool over images of 4 × 4, whose last place no number has. */
function image(graph: GraphBuilder): string {
  const wider = graph.node('Pad', ['numeric', graph.int64s([0, 0, 0, 1])])
  const placed = graph.node('Gather', [wider, graph.int64s([...Array(15).keys(), 16])], { axis: { int: 1 } })
  const images = graph.node('Reshape', [placed, graph.int64s([-1, 1, 4, 4])])
  const filtered = graph.node('Conv', [images, weights(graph, 2, 1, 3, 3), weights(graph, 2)], {
    pads: { ints: [1, 1, 1, 1] },
  })
  const pooled = graph.node('MaxPool', [filtered], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } })
  const shift = graph.node('Reshape', [weights(graph, 2), graph.int64s([2, 1, 1])])
  const flat = graph.node('Reshape', [graph.node('Relu', [graph.node('Add', [pooled, shift])]), graph.int64s([-1, 8])])
  return graph.node('Gemm', [flat, weights(graph, 8, 1), weights(graph, 1)])
}

/** A sequence of six steps: the largest of what its halves are turned to. */
function sequence(graph: GraphBuilder): string {
  const steps = graph.node('Transpose', ['numeric'], { perm: { ints: [1, 0] } })
  const halves = [0, 3].map(from =>
    graph.node('Slice', [steps, ...[[from], [from + 3], [0]].map(list => graph.int64s(list))]),
  )
  const [first, last] = halves.map(half => graph.node('Tanh', [graph.node('MatMul', [weights(graph, 2, 3), half])]))
  const both = graph.node('Reshape', [
    graph.node('Concat', [first!, last!], { axis: { int: 0 } }),
    graph.int64s([2, 2, -1]),
  ])
  const largest = graph.node('ReduceMax', [both], { axes: { ints: [0] }, keepdims: { int: 0 } })
  return graph.node('MatMul', [graph.node('Transpose', [largest], { perm: { ints: [1, 0] } }), weights(graph, 2, 1)])
}

/** Classes of a table with their probabilities put right behind them. */
function recalibrated(graph: GraphBuilder): string {
  const raised = graph.node('Min', [graph.node('Max', [tabular(graph), graph.float(0.05)]), graph.float(0.95)])
  const sum = graph.node('ReduceSum', [raised, graph.int64s([1])], { keepdims: { int: 1 } })
  return graph.node('Div', [raised, sum])
}

test.each([
  { name: 'recalibrated classes', build: recalibrated, width: 4, outputs: 3, isValue: false },
  { name: 'classes of a table', build: tabular, width: 4, outputs: 3, isValue: false },
  { name: 'a value of a sequence', build: sequence, width: 6, outputs: 1, isValue: true },
  { name: 'a value of an image', build: image, width: 16, outputs: 1, isValue: true },
])(
  'the gradient of the loss by the input is that of finite differences: $name',
  async ({ build, width, outputs, isValue }) => {
    const graph = new GraphBuilder()
    graph.input('numeric', 'float32', ['N', width])
    graph.node('Identity', [build(graph)], {}, 'answer')
    graph.output('answer', 'float32', ['N', outputs])
    const model = graph.build()
    const plain = readGraph(model)
    const beside = besideGradient(plain, 'numeric', 'answer')!
    const { Tensor } = await loadOnnxRuntime()
    const session = await openSession(withOutputs(model, beside), { threads: 1 })
    const numeric = Float32Array.from({ length: rows * width }, () => random.nextGaussian())
    if (!isValue) numeric[2] = Number.NaN
    const targets = Float32Array.from({ length: rows * outputs }, (_, i) =>
      isValue ? random.nextGaussian() : Number(i % outputs === (i % rows) % outputs),
    )
    const run = (data: Float32Array) => session.run({ numeric: new Tensor('float32', data, [rows, width]) })
    const lossAt = async (data: Float32Array) => {
      const answer = (await run(data)).answer!.data as Float32Array
      return answer.reduce((sum, value, i) => {
        return sum + (isValue ? (value - targets[i]!) ** 2 : -targets[i]! * Math.log(value))
      }, 0)
    }

    const told = await run(numeric)
    const shapes = new Map<string, { type: ElementType; shape: readonly number[] }>([
      ['numeric', { type: 'float32', shape: [rows, width] }],
      ...beside.map(name => [name, { type: told[name]!.type as ElementType, shape: told[name]!.dims }] as const),
    ])
    const gradients = await openSession(
      inputGradientGraph(plain, { variable: 'numeric', output: 'answer', isValue }, shapes),
      { threads: 1 },
    )
    const whole = numeric.map(value => (Number.isNaN(value) ? 0 : value))
    const { gradient } = await gradients.run({
      ...Object.fromEntries(beside.map(name => [name, told[name]!])),
      numeric: new Tensor('float32', whole, [rows, width]),
      targets: new Tensor('float32', targets, [rows, outputs]),
    })
    const found = gradient!.data as Float32Array
    // Small where there are kinks.
    const size = isValue ? 1 / 1024 : 1 / 128
    for (let i = 0; i < numeric.length; i += 1) {
      if (Number.isNaN(numeric[i])) {
        expect(found[i]).toBe(0)
        continue
      }
      const [up, down] = [numeric.slice(), numeric.slice()]
      up[i]! += size
      down[i]! -= size
      const expected = ((await lossAt(up)) - (await lossAt(down))) / (2 * size)
      expect(Math.abs(found[i]! - expected)).toBeLessThan(0.02 * Math.max(1, Math.abs(expected)))
    }
    await session.release()
    await gradients.release()
  },
)

test('where no gradient reaches the answer, that is said', () => {
  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', 2])
  graph.node('Floor', ['numeric'], {}, 'answer')
  graph.output('answer', 'float32', ['N', 2])
  expect(besideGradient(readGraph(graph.build()), 'numeric', 'answer')).toBeNull()
})
