import { expect, test } from 'vitest'
import { type Feeds, GraphBuilder, loadOnnxRuntime, openSession } from '../../../runtime/index.ts'
import { differentiate } from '../differentiate.ts'
import { emit } from '../emit.ts'
import { apply, constant, type ExampleInput, input, type Operator, sizeOf, type Value } from '../value.ts'
import { operators } from './index.ts'
import { mul } from './mul.ts'
import { reduceSum } from './reduce-sum.ts'

const step = 1e-5
const { Tensor } = await loadOnnxRuntime()

/** Multiplicative congruential numbers from 0 to 1 (Park and Miller, "minimal standard"). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

function placeholder(example: ExampleInput, position: number): Value {
  const type = 'below' in example ? 'int64' : 'truth' in example ? 'bool' : 'float64'
  return input(`input${position}`, type, example.shape)
}

function numbersFor(example: ExampleInput, random: () => number, type = 'float64') {
  const size = sizeOf(example.shape)
  if ('below' in example)
    return BigInt64Array.from({ length: size }, () => BigInt(Math.floor(random() * example.below)))
  if ('truth' in example) return Uint8Array.from({ length: size }, () => Number(random() > 0.5))
  const { from = -2, to = 2 } = example
  const numbers = Float64Array.from({ length: size }, () => from + (to - from) * random())
  return type === 'float32' ? Float32Array.from(numbers) : numbers
}

async function sessionFor(inputs: Value[], outputs: Value[]) {
  const graph = new GraphBuilder()
  const names = new Map<Value, string>()
  inputs.forEach((value, position) => {
    names.set(value, graph.input(`input${position}`, value.type, value.shape))
  })
  emit(graph, outputs, names).forEach((name, position) => {
    graph.node('Identity', [name], {}, `output${position}`)
    graph.output(`output${position}`, outputs[position]!.type, outputs[position]!.shape)
  })
  return await openSession(graph.build(), { threads: 1 })
}

/** The gradient of a weighted sum of the output against central differences, in float64; gives the largest error. */
async function largestError(operator: Operator, example: Operator['examples'][number], seed: number): Promise<number> {
  const random = randomNumbers(seed)
  const inputs = example.inputs.map(placeholder)
  const numbers = example.inputs.map(one => numbersFor(one, random))
  const output = apply(operator, inputs, example.attributes)
  const weights = Float64Array.from({ length: sizeOf(output.shape) }, () => 0.5 + random())
  const loss = reduceSum(mul(output, constant('float64', weights, output.shape)))
  const floats = inputs.filter(({ type }) => type === 'float64')
  const session = await sessionFor(inputs, [loss, ...differentiate(loss, floats)])
  const run = async () => {
    const feeds: Feeds = {}
    inputs.forEach(({ type, shape }, position) => {
      feeds[`input${position}`] = new Tensor(type as 'float64', numbers[position] as Float64Array, [...shape])
    })
    const results = await session.run(feeds)
    return [loss, ...floats].map((_, position) => results[`output${position}`]!.data as Float64Array)
  }
  const analytic = await run()
  let worst = 0
  for (const [position, value] of floats.entries()) {
    const values = numbers[inputs.indexOf(value)] as Float64Array
    for (let i = 0; i < values.length; i += 1) {
      const kept = values[i]!
      values[i] = kept + step
      const [above] = await run()
      values[i] = kept - step
      const [below] = await run()
      values[i] = kept
      const numeric = (above![0]! - below![0]!) / (2 * step)
      const error = Math.abs(numeric - analytic[position + 1]![i]!) / Math.max(1, Math.abs(numeric))
      worst = Math.max(worst, error)
    }
  }
  await session.release()
  return worst
}

test.each(operators.entries.map(operator => [operator.id, operator] as const))(
  '%s agrees with finite differences',
  async (_, operator) => {
    if (!operator.gradient) {
      const inputs = operator.examples[0]!.inputs.map(placeholder)
      const output = apply(operator, inputs, operator.examples[0]!.attributes)
      expect(() => differentiate({ ...output, shape: [] }, inputs)).toThrow('has no gradient')
      return
    }
    expect(operator.examples.length).toBeGreaterThan(0)
    for (const [number, example] of operator.examples.entries()) {
      expect(await largestError(operator, example, 17 + number)).toBeLessThan(1e-6)
    }
  },
)

const takesFloats = ({ gradient, examples }: Operator) => gradient && examples[0]!.inputs.some(one => !('truth' in one))

test.each(operators.entries.filter(takesFloats).map(operator => [operator.id, operator] as const))(
  '%s: the gradient of its gradient agrees too',
  async (_, operator) => {
    const example = operator.examples[0]!
    const random = randomNumbers(5)
    const inputs = example.inputs.map(placeholder)
    const numbers = example.inputs.map(one => numbersFor(one, random))
    const first = inputs.find(({ type }) => type === 'float64')!
    const output = apply(operator, inputs, example.attributes)
    const [gradient] = differentiate(reduceSum(mul(output, output)), [first])
    const [second] = differentiate(reduceSum(gradient!), [first])
    const session = await sessionFor(inputs, [reduceSum(gradient!), second!])
    const feedsOf = () =>
      Object.fromEntries(
        inputs.map(({ type, shape }, i) => [
          `input${i}`,
          new Tensor(type as 'float64', numbers[i] as Float64Array, [...shape]),
        ]),
      )
    const analytic = (await session.run(feedsOf())).output1!.data as Float64Array
    const values = numbers[inputs.indexOf(first)] as Float64Array
    for (let i = 0; i < values.length; i += 1) {
      const kept = values[i]!
      values[i] = kept + step
      const above = ((await session.run(feedsOf())).output0!.data as Float64Array)[0]!
      values[i] = kept - step
      const below = ((await session.run(feedsOf())).output0!.data as Float64Array)[0]!
      values[i] = kept
      const numeric = (above - below) / (2 * step)
      expect(Math.abs(numeric - analytic[i]!) / Math.max(1, Math.abs(numeric))).toBeLessThan(1e-5)
    }
    await session.release()
  },
)

test.each(operators.entries.map(operator => [operator.id, operator] as const))(
  '%s gives the shape and type that its rule says',
  async (_, operator) => {
    for (const example of operator.examples) {
      const inputs = example.inputs.map(placeholder)
      const output = apply(operator, inputs, example.attributes)
      const session = await sessionFor(inputs, [output])
      const random = randomNumbers(3)
      const feeds = Object.fromEntries(
        example.inputs.map((one, i) => [
          `input${i}`,
          new Tensor(inputs[i]!.type as 'float64', numbersFor(one, random) as Float64Array, [...one.shape]),
        ]),
      )
      const { output0 } = await session.run(feeds)
      expect([output0!.type, ...output0!.dims]).toEqual([output.type, ...output.shape])
      await session.release()
    }
  },
)

test.each(operators.entries.filter(({ decompose }) => decompose).map(operator => [operator.id, operator] as const))(
  '%s is the same when written as other operators',
  async (_, operator) => {
    for (const example of operator.examples) {
      const type = operator.float32Only ? ('float32' as const) : ('float64' as const)
      const inputs = example.inputs.map(placeholder).map(each => (each.type === 'float64' ? { ...each, type } : each))
      const whole = apply(operator, inputs, example.attributes)
      const parts = operator.decompose!(inputs, example.attributes ?? {})
      expect(parts.shape).toEqual(whole.shape)
      const session = await sessionFor(inputs, [whole, parts])
      const random = randomNumbers(3)
      const feeds = Object.fromEntries(
        example.inputs.map((one, i) => [
          `input${i}`,
          new Tensor(inputs[i]!.type as 'float64', numbersFor(one, random, type) as Float64Array, [...one.shape]),
        ]),
      )
      const { output0, output1 } = await session.run(feeds)
      const values = output1!.data as Float64Array
      ;(output0!.data as Float64Array).forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, operator.float32Only ? 5 : 12)
      })
      await session.release()
    }
  },
)
