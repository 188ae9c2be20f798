import onnxProto from 'onnx-proto'
import { expect, test } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import { GraphBuilder } from './graph-builder.ts'
import { readModel } from './read-model.ts'

const { onnx } = onnxProto

function smallModel(): Uint8Array {
  const graph = new GraphBuilder()
  const body = new GraphBuilder('then', 'then_')
  body.output(body.node('Identity', [body.float(1)]), 'float32', [])
  graph.input('x', 'float32', ['N', 4])
  graph.input('words', 'string', ['N', 2])
  const weights = graph.floats(new Float32Array(8), [4, 2])
  const condition = graph.constant({ type: 'bool', dims: [], data: Uint8Array.of(1) })
  const chosen = graph.node('If', [condition], { then_branch: { graph: body }, else_branch: { graph: body } })
  graph.node('Mul', [graph.node('MatMul', ['x', weights]), chosen], {}, 'y')
  graph.node('ml.LabelEncoder', ['words'], { keys_strings: { strings: ['a'] }, values_int64s: { ints: [1] } }, 'codes')
  graph.output('y', 'float32', ['N', 2])
  graph.output('codes', 'int64', ['N', 2])
  return graph.build()
}

function changed(change: (model: ReturnType<typeof onnx.ModelProto.decode>) => void): Uint8Array {
  const model = onnx.ModelProto.decode(smallModel())
  change(model)
  return onnx.ModelProto.encode(model).finish()
}

function refusal(bytes: Uint8Array): AppError {
  try {
    readModel(bytes, 'model.onnx')
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('was read')
}

test('reads inputs, outputs, versions, operators and weights', () => {
  const model = readModel(smallModel())
  expect(model.inputs).toEqual([
    { name: 'x', kind: 'tensor', type: 'float32', shape: ['N', 4] },
    { name: 'words', kind: 'tensor', type: 'string', shape: ['N', 2] },
  ])
  expect(model.outputs.map(({ name, type, shape }) => [name, type, shape])).toEqual([
    ['y', 'float32', ['N', 2]],
    ['codes', 'int64', ['N', 2]],
  ])
  expect(model.opset).toBe(17)
  expect(model.producer).toMatch(/^lathe \d/)
  expect(model.operators).toEqual({ If: 1, Identity: 2, MatMul: 1, Mul: 1, 'ai.onnx.ml.LabelEncoder': 1 })
  expect(model.weights).toBe(9)
})

test('finds the class labels of a classifier', () => {
  const bytes = changed(model => {
    model.graph!.node!.push({
      opType: 'ZipMap',
      domain: 'ai.onnx.ml',
      attribute: [{ name: 'classlabels_int64s', ints: [3, 7] }],
    })
  })
  expect(readModel(bytes).classLabels).toEqual(['3', '7'])
})

test('an initializer that an older file also lists as input is no input', () => {
  const bytes = changed(model => {
    model.irVersion = 3
    model.graph!.input!.push({ name: model.graph!.initializer![0]!.name })
  })
  expect(readModel(bytes).inputs.map(({ name }) => name)).toEqual(['x', 'words'])
})

test.each([
  ['nothing', new Uint8Array(0), 'it is empty'],
  ['text', new TextEncoder().encode('a,b,c\n1,2,3\n'), 'it is not an ONNX model'],
  ['zeros', new Uint8Array(64), 'it is not an ONNX model'],
  ['half a model', smallModel().subarray(0, 90), 'it is not an ONNX model'],
  [
    'a pickle',
    Uint8Array.of(0x80, 4, 0x95, 10, 0, 0, 0, 0, 0, 0, 0, 0x8c, 1, 0x61, 0x94, 0x2e),
    'it is not an ONNX model',
  ],
])('refuses %s', (_, bytes, reason) => {
  const error = refusal(bytes)
  expect(error.code).toBe('bad-file')
  expect(error.message).toBe(`Cannot read model.onnx: ${reason}`)
})

test('refuses weights in another file and names it', () => {
  const error = refusal(
    changed(model => {
      const tensor = model.graph!.initializer![0]!
      tensor.rawData = new Uint8Array(0)
      tensor.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL
      tensor.externalData = [{ key: 'location', value: 'weights.bin' }]
    }),
  )
  expect(error.code).toBe('bad-file')
  expect(error.message).toContain('another file (weights.bin)')
})

test('refuses a custom operator, unless the file defines it as a function of its own', () => {
  const addCustom = (model: ReturnType<typeof onnx.ModelProto.decode>) =>
    model.graph!.node!.push({ opType: 'Fancy', domain: 'acme', input: ['x'], output: ['z'] })
  const error = refusal(changed(addCustom))
  expect(error.code).toBe('unsupported')
  expect(error.message).toContain('custom operator acme.Fancy')
  const bytes = changed(model => {
    addCustom(model)
    model.functions.push({ name: 'Fancy', domain: 'acme', input: ['a'], output: ['b'], node: [{ opType: 'Abs' }] })
  })
  expect(readModel(bytes).operators).toMatchObject({ 'acme.Fancy': 1, Abs: 1 })
})
