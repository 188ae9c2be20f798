import onnxProto from 'onnx-proto'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { forRows, withSoftmax } from './for-rows.ts'
import { GraphBuilder } from './graph-builder.ts'
import { readModel } from './read-model.ts'

const { onnx } = onnxProto

async function answer(model: Uint8Array, feeds: Record<string, ort.Tensor>) {
  const session = await ort.InferenceSession.create(model)
  try {
    return await session.run(feeds)
  } finally {
    await session.release()
  }
}
const floats = (values: number[], dims: number[]) => new ort.Tensor('float32', Float32Array.from(values), dims)

/** The mean of each channel of images of 2 × 2 pixels, one image at a time. */
function imageModel(elemType: number): Uint8Array {
  const graph = new GraphBuilder()
  graph.input('image', 'float32', ['N', 2, 2, 2])
  const pixels = elemType === 1 ? 'image' : graph.node('Cast', ['image'], { to: { int: 1 } })
  graph.node('ReduceMean', [pixels], { axes: { ints: [2, 3] }, keepdims: { int: 0 } }, 'scores')
  graph.output('scores', 'float32', ['N', 2])
  const model = onnx.ModelProto.decode(graph.build())
  const { tensorType } = model.graph!.input![0]!.type!
  tensorType!.elemType = elemType
  tensorType!.shape!.dim![0] = { dimValue: 1 }
  model.graph!.output![0]!.type!.tensorType!.shape!.dim![0] = { dimValue: 1 }
  return onnx.ModelProto.encode(model).finish()
}

test.each([
  ['float32', 1],
  ['uint8', 2],
])('an image of %s, one at a time, becomes rows of columns, any number of them', async (_name, elemType) => {
  const model = forRows(imageModel(elemType))
  const { inputs, outputs } = readModel(model)
  expect(inputs).toEqual([{ name: 'image', kind: 'tensor', type: 'float32', shape: ['N', 8] }])
  expect(outputs[0]!.shape).toEqual(['N', 2])
  const image = floats([0, 1, 2, 3, 4, 5, 6, 7, 1, 1, 1, 1, 9, 9, 9, 9], [2, 8])
  const { scores } = await answer(model, { image })
  expect(scores!.dims).toEqual([2, 2])
  expect([...(scores!.data as Float32Array)]).toEqual([1.5, 5.5, 1, 9])
})

test('a ZipMap is taken away, and its labels stay', async () => {
  const graph = new GraphBuilder()
  graph.input('x', 'float32', ['N', 2])
  graph.node('Softmax', ['x'], { axis: { int: 1 } }, 'chances')
  graph.node('ZipMap', ['chances'], { classlabels_strings: { strings: ['cat', 'dog'] } }, 'zipped')
  graph.output('zipped', 'float32', ['N', 2])
  const built = onnx.ModelProto.decode(graph.build())
  const mapped = { keyType: 8, valueType: { tensorType: { elemType: 1, shape: {} } } }
  built.graph!.output![0]!.type = { sequenceType: { elemType: { mapType: mapped } } }
  built.graph!.node!.find(({ opType }) => opType === 'ZipMap')!.domain = 'ai.onnx.ml'
  const model = forRows(onnx.ModelProto.encode(built).finish())
  const { outputs, classLabels, operators } = readModel(model)
  expect(outputs).toEqual([{ name: 'chances', kind: 'tensor', type: 'float32', shape: ['N', 2] }])
  expect(classLabels).toEqual(['cat', 'dog'])
  expect(operators).not.toHaveProperty('ai.onnx.ml.ZipMap')
  const { chances } = await answer(model, { x: floats([0, 0, 5, 5], [2, 2]) })
  expect([...(chances!.data as Float32Array)]).toEqual([0.5, 0.5, 0.5, 0.5])
})

test('a model that takes rows already stays as it is; a softmax is put behind an output under its name', async () => {
  const graph = new GraphBuilder()
  graph.input('x', 'float32', ['N', 2])
  graph.node('Identity', ['x'], {}, 'logits')
  graph.output('logits', 'float32', ['N', 2])
  const built = graph.build()
  expect(forRows(built)).toBe(built)
  const { logits } = await answer(withSoftmax(built, 'logits'), { x: floats([0, Math.log(3)], [1, 2]) })
  expect((logits!.data as Float32Array)[1]).toBeCloseTo(0.75, 6)
})
