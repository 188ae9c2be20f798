import { expect, test } from 'vitest'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import { add, constant, emit, input, mul, type Value } from '../autodiff/index.ts'
import { optimizers, schedules } from './index.ts'

const { Tensor } = await loadOnnxRuntime()
const start = Float32Array.of(1, -2, 0.5)
const settings = { learningRate: 0.1, weightDecay: 0.1 }

/** Parameters after five steps on ½ · h · p² + c · p. */
async function fiveSteps(id: string, weightDecay = 0): Promise<number[]> {
  const optimizer = optimizers.get(id)
  const parameter = input('p', 'float32', [3])
  const slots = Array.from({ length: optimizer.slots }, (_, i) => input(`slot${i}`, 'float32', [3]))
  const scalars = optimizer.scalars(1, settings).map((_, i) => input(`scalar${i}`, 'float32', [1]))
  const slope = add(mul(parameter, constant('float32', [2, 0.5, 6], [3])), constant('float32', [-1, 0.25, 0], [3]))
  const factor = optimizer.gradientFactor?.(scalars)
  const gradient = factor ? mul(slope, factor) : slope
  const update = optimizer.update({ parameter, gradient, slots, scalars, weightDecay })
  const state = [parameter, ...slots]
  const graph = new GraphBuilder()
  const names = new Map<Value, string>()
  state.forEach((value, i) => {
    names.set(value, graph.input(`state${i}`, 'float32', [3]))
  })
  scalars.forEach((value, i) => {
    names.set(value, graph.input(`scalar${i}`, 'float32', [1]))
  })
  emit(graph, [update.parameter, ...update.slots], names).forEach((name, i) => {
    graph.node('Identity', [name], {}, `next${i}`)
    graph.output(`next${i}`, 'float32', [3])
  })
  const session = await openSession(graph.build(), { threads: 1 })
  let tensors = state.map((_, i) => new Tensor('float32', i === 0 ? start : new Float32Array(3), [3]))
  for (let step = 1; step <= 5; step += 1) {
    const numbers = optimizer.scalars(step, settings)
    const results = await session.run({
      ...Object.fromEntries(tensors.map((tensor, i) => [`state${i}`, tensor])),
      ...Object.fromEntries(numbers.map((value, i) => [`scalar${i}`, new Tensor('float32', [value], [1])])),
    })
    tensors = state.map((_, i) => results[`next${i}`] as (typeof tensors)[number])
  }
  await session.release()
  return Array.from(tensors[0]!.data as Float32Array)
}

// From scikit-learn 1.9.1 (neural_network._stochastic_optimizers); adamw from its formula in NumPy 2.4.6.
test.each([
  ['adam', 0, [0.5278145466290721, -1.5043583087416053, 0.027814479683345716]],
  ['momentum', 0, [0.20978999999999987, -1.1257339062499998, -0.11502999999999991]],
  ['sgd', 0, [0.66384, -1.66067140625, 0.005119999999999996]],
  ['adamw', 0.1, [0.4939636500609098, -1.4174162195407154, 0.01533038686514167]],
])('%s takes the steps of the reference', async (id, weightDecay, expected) => {
  const parameters = await fiveSteps(id, weightDecay)
  parameters.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 6)
  })
})

test.each(optimizers.entries.map(({ id }) => id))('%s: weight decay pulls towards zero', async id => {
  const [free, held] = [await fiveSteps(id, 0), await fiveSteps(id, 0.5)]
  expect(Math.abs(held[0]!)).toBeLessThan(Math.abs(free[0]!))
})

test('an unknown optimizer is refused by name', () => {
  expect(() => optimizers.get('lion')).toThrow('No optimizer is called "lion"')
})

test.each(schedules.entries.map(({ id, factor }) => [id, factor] as const))(
  'the schedule %s stays between nothing and the rate itself',
  (id, factor) => {
    const shares = Array.from({ length: 200 }, (_, i) => factor(i / 200))
    expect(Math.max(...shares)).toBeCloseTo(1, 1)
    expect(Math.min(...shares)).toBeGreaterThan(0)
    // It falls in the end, or never changes.
    expect(shares.at(-1)! < 0.05).toBe(id !== 'constant')
  },
)
