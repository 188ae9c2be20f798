import { expect, test } from 'vitest'
import { Pcg32 } from '../../numerics/index.ts'
import { type Feeds, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import { sizeOf } from '../autodiff/index.ts'
import { crossEntropy } from '../losses/index.ts'
import { optimizers } from '../optimizers/index.ts'
import { buildNetwork, initialParameters, type LayerDescription } from './description.ts'
import { describeStep, scanGraph, stateInput, stateOutput } from './training-step.ts'

const { Tensor } = await loadOnnxRuntime()

test('a step is the same with the batch as the last axis', async () => {
  const [side, batch, steps] = [7, 6, 3] as const
  const block = (filters: number): LayerDescription[] => [
    { kind: 'convolution', settings: { filters, size: 3, gain: 2 } },
    ...[{ kind: 'batch-norm' }, { kind: 'max-pool', settings: { size: 2 } }, { kind: 'relu' }],
  ]
  const network = buildNetwork({
    inputShape: [side * side],
    layers: [
      ...[{ kind: 'image', settings: { height: side } }, ...block(3), ...block(4)],
      ...[{ kind: 'flatten' }, { kind: 'dense', settings: { units: 40 } }, { kind: 'batch-norm' }, { kind: 'relu' }],
      ...[
        { kind: 'dense', settings: { units: 36 } },
        { kind: 'layer-norm' },
        { kind: 'dense', settings: { units: 2 } },
      ],
    ],
  })
  const random = new Pcg32(3)
  const count = steps * batch
  const features = Float32Array.from({ length: count * side * side }, () => random.nextGaussian())
  const targets = Float32Array.from({ length: 2 * count }, (_, i) => Number((i >> 1) % 2 === i % 2))
  const parameters = initialParameters(network, random)
  const learn = async (isBatchInnermost: boolean) => {
    const settings = { learningRate: 0.1, weightDecay: 0, batch, inputShape: [side * side], isBatchInnermost }
    const step = describeStep(network, crossEntropy, optimizers.get('sgd'), settings)
    const session = await openSession(scanGraph(step), { threads: 1 })
    const feeds: Feeds = {
      features: new Tensor('float32', features, [count, side * side]),
      targets: new Tensor('float32', targets, [count, 2]),
      rows: new Tensor(
        'int32',
        Int32Array.from({ length: count }, (_, i) => i),
        [steps, batch],
      ),
      scalars: new Tensor('float32', new Float32Array(steps).fill(-0.1), [steps, 1]),
    }
    step.state.forEach(({ shape }, i) => {
      feeds[stateInput(i)] = new Tensor('float32', parameters[i] ?? new Float32Array(sizeOf(shape)), [...shape])
    })
    const results = await session.run(feeds)
    await session.release()
    return step.state.map((_, i) => results[stateOutput(i)]!.data as Float32Array)
  }
  const [plain, inner] = [await learn(false), await learn(true)]
  expect(plain.map(values => values.length)).toEqual(parameters.map(values => values.length))
  plain.forEach((values, i) => {
    expect(values).not.toEqual(parameters[i])
    values.forEach((value, k) => {
      expect(inner[i]![k]).toBeCloseTo(value, 4)
    })
  })
})
