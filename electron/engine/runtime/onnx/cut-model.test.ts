import { expect, test } from 'vitest'
import { loadOnnxRuntime, openSession } from '../session.ts'
import { cutModel, innerTensors } from './cut-model.ts'
import { GraphBuilder } from './graph-builder.ts'

const { Tensor } = await loadOnnxRuntime()

/** Two layers; between them a choice whose inner graphs reach for what stands around them. */
function network(): Uint8Array {
  const graph = new GraphBuilder()
  graph.input('x', 'float32', ['N', 2])
  graph.input('unused', 'float32', ['N', 1])
  const first = graph.node('Gemm', ['x', graph.floats([1, 2, 3, -4], [2, 2]), graph.floats([0.5, 0])], {}, 'first')
  const branch = (operator: string) => {
    const inner = new GraphBuilder(operator, `${operator}_`)
    inner.output(inner.node(operator, [first, 'slope']), 'float32', ['N', 2])
    return { graph: inner }
  }
  graph.constant({ type: 'float32', dims: [1], data: Float32Array.of(0.25) }, 'slope')
  graph.constant({ type: 'float32', dims: [1], data: Float32Array.of(7) }, 'never')
  const isLarge = graph.node('Greater', [graph.node('ReduceMax', [first], { keepdims: { int: 0 } }), graph.float(9)])
  const branches = { then_branch: branch('Add'), else_branch: branch('PRelu') }
  graph.node('If', [isLarge], branches, 'chosen')
  graph.node('MatMul', ['chosen', graph.floats([1, -1], [2, 1])], {}, 'last')
  graph.node('Add', ['last', 'unused'], {}, 'shifted')
  graph.node('Sigmoid', ['shifted'], {}, 'answer')
  graph.output('answer', 'float32', ['N', 1])
  return graph.build()
}

async function chosenOf(model: Uint8Array, input: string, output: string, rows: number[]) {
  const session = await openSession(model, { threads: 1 })
  expect(session.inputNames).toEqual([input])
  const results = await session.run({ [input]: new Tensor('float32', Float32Array.from(rows), [rows.length / 2, 2]) })
  await session.release()
  return [...(results[output]!.data as Float32Array)]
}

test('the last layer is told from the graph, weights are not offered', () => {
  const { tensors, last } = innerTensors(network(), 'answer')
  expect(last).toBe('chosen')
  expect(tensors.map(({ name }) => name).filter(name => !name.includes('_'))).toEqual([
    'first',
    'chosen',
    'last',
    'shifted',
  ])
  expect(innerTensors(network(), 'first').last).toBeNull()
})

test('a part of a model answers alone, and within another graph, as it did', async () => {
  const part = cutModel(network(), 'chosen')
  const large = [3, 3, 0, 0]
  const added = [12.75, -5.75, 0.75, 0.25]
  expect(await chosenOf(part, 'x', 'chosen', [0.5, -0.25, -1, 0.5])).toEqual([0.25, 2, 1, -1])
  expect(await chosenOf(part, 'x', 'chosen', large)).toEqual(added)
  const graph = new GraphBuilder()
  // The same names mean something else here.
  graph.input('first', 'float32', ['N', 2])
  const halved = graph.node('Mul', ['first', graph.float(0.5)], {}, 'x')
  graph.node('Identity', [graph.takeIn(part, new Map([['x', halved]]))], {}, 'chosen')
  graph.output('chosen', 'float32', ['N', 2])
  const doubled = large.map(value => 2 * value)
  expect(await chosenOf(graph.build(), 'first', 'chosen', doubled)).toEqual(added)
})

test('a tensor that is not there is refused', () => {
  expect(() => cutModel(network(), 'nowhere')).toThrow('No node of the model makes a tensor "nowhere"')
  expect(() => cutModel(network(), 'x')).toThrow('No node')
})
