import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import onnxProto from 'onnx-proto'
import { expect, test } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import { GraphBuilder } from './graph-builder.ts'
import { readModel, refuseTooLarge } from './read-model.ts'

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

test('refuses weights in another file, wherever the graph holds them, and names it', () => {
  const external = (location: string) => ({
    ...{ name: 'w', dims: [1], dataType: 1, dataLocation: onnx.TensorProto.DataLocation.EXTERNAL },
    externalData: [{ key: 'location', value: location }],
  })
  const branch = { name: 'branch', initializer: [external('../outside.bin')], node: [], input: [], output: [] }
  const graphType = onnx.AttributeProto.AttributeType.GRAPH
  const places: [string, Parameters<typeof changed>[0]][] = [
    ['weights.bin', model => model.graph!.initializer!.splice(0, 1, external('weights.bin'))],
    [
      '../outside.bin',
      model =>
        model.graph!.node!.push({ opType: 'If', attribute: [{ name: 'then_branch', type: graphType, g: branch }] }),
    ],
    ['sparse.bin', model => (model.graph!.sparseInitializer = [{ values: external('sparse.bin'), dims: [1] }])],
  ]
  for (const [location, change] of places) {
    const error = refusal(changed(change))
    expect(error.code).toBe('bad-file')
    expect(error.message).toContain(`another file (${location})`)
  }
})

test('a file of 2 GB and more is refused before it is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lathe-large-'))
  const path = join(folder, 'large.onnx')
  await writeFile(path, smallModel())
  await refuseTooLarge(path, 'large.onnx')
  // A hole: it takes no room.
  await truncate(path, 2 ** 31)
  await expect(refuseTooLarge(path, 'large.onnx')).rejects.toMatchObject({
    ...{ code: 'bad-file', message: expect.stringContaining('holds less than 2 GB') },
  })
  await rm(folder, { recursive: true, force: true })
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
