import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { Pcg32 } from '../../../numerics/index.ts'
import { quietContext } from '../../fixtures.ts'
import { crossEntropy } from '../../losses/index.ts'
import { optimizers } from '../../optimizers/index.ts'
import { buildNetwork, fitNetwork, type LayerDescription, predictWith } from '../index.ts'

const count = 240

async function learn(
  layers: LayerDescription[],
  width: number,
  row: (into: Float32Array) => number,
  optimizer = 'adam',
) {
  const features = new Float32Array(count * width)
  const targets = new Float32Array(count * 2)
  for (let i = 0; i < count; i += 1) targets[2 * i + row(features.subarray(i * width, (i + 1) * width))] = 1
  const rows = { count, features, targets }
  const task = {
    ...{ description: { inputShape: [width], layers }, loss: crossEntropy, optimizer: optimizers.get(optimizer) },
    ...{ learningRate: optimizer === 'sgd' ? 0.3 : 0.02, weightDecay: 0, batch: 32, epochs: 40, patience: 40 },
    ...{ train: rows, validation: rows },
  }
  const context = { ...quietContext, temporaryFolder: tmpdir() }
  const fitted = await fitNetwork(task, context)
  const again = await fitNetwork(task, context)
  expect(again.parameters).toEqual(fitted.parameters)
  const own = await predictWith(fitted, task, count, (from, to) => features.subarray(from * width, to * width), 1)
  return own.reduce((right, value, i) => right + Number(value > 0.5 && targets[i] === 1), 0) / count
}

test('a convolution finds a pattern wherever it lies', async () => {
  const random = new Pcg32(4)
  const layers: LayerDescription[] = [
    { kind: 'image', settings: { height: 7 } },
    { kind: 'convolution', settings: { filters: 4, size: 3, gain: 2 } },
    { kind: 'max-pool', settings: { size: 2 } },
    { kind: 'relu' },
    { kind: 'flatten' },
    { kind: 'dense', settings: { units: 2 } },
  ]
  const isRight = await learn(layers, 49, into => {
    into.forEach((_, i) => {
      into[i] = 0.3 * random.nextGaussian()
    })
    const isDown = random.nextBelow(2)
    const [line, column] = [random.nextBelow(5), random.nextBelow(5)]
    for (let k = 0; k < 3; k += 1) into[(line + k) * 7 + column + (isDown ? k : 2 - k)]! += 2
    return isDown
  })
  expect(isRight).toBeGreaterThan(0.95)
})

test.each(['adam', 'sgd'])('an embedding learns what each category means, with %s', async optimizer => {
  const random = new Pcg32(4)
  const layers: LayerDescription[] = [
    { kind: 'embedding', settings: { columns: 2, rows: 12, units: 3 } },
    { kind: 'dense', settings: { units: 8, gain: 2 } },
    { kind: 'relu' },
    { kind: 'dense', settings: { units: 2 } },
  ]
  const row = (into: Float32Array) => {
    into.set([random.nextGaussian(), random.nextBelow(4), 4 + random.nextBelow(8)])
    return Number(into[1] === 2 || into[2]! % 2 === 1)
  }
  expect(await learn(layers, 3, row, optimizer)).toBeGreaterThan(0.98)
})

test.each(['batch-norm', 'layer-norm', 'dropout'])(
  'a network with %s learns, and the same again from its seed',
  async kind => {
    const random = new Pcg32(4)
    const layers: LayerDescription[] = [
      { kind: 'dense', settings: { units: 16, gain: 2 } },
      { kind, settings: { rate: 0.2 } },
      { kind: 'relu' },
      { kind: 'dense', settings: { units: 2 } },
    ]
    const row = (into: Float32Array) => {
      into.set([random.nextGaussian(), 5 + 3 * random.nextGaussian()])
      return Number(into[0]! > 0 === into[1]! > 5)
    }
    expect(await learn(layers, 2, row)).toBeGreaterThan(0.85)
  },
)

test('layers that do not fit are refused', () => {
  const build = (inputShape: number[], ...layers: LayerDescription[]) => buildNetwork({ inputShape, layers })
  expect(() => build([10], { kind: 'image', settings: { height: 4 } })).toThrow('no image')
  expect(() => build([9], { kind: 'convolution', settings: { filters: 2, size: 3 } })).toThrow('takes images')
  expect(() => build([1, 3, 3], { kind: 'convolution', settings: { filters: 2, size: 2 } })).toThrow('odd size')
  expect(() => build([1, 3, 3], { kind: 'max-pool', settings: { size: 4 } })).toThrow('do not fit')
  expect(() => build([1], { kind: 'embedding', settings: { columns: 2, rows: 4, units: 2 } })).toThrow('2 columns')
})
