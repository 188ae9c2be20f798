import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import onnxProto from 'onnx-proto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Checkpoint, type JobContext } from '../jobs/index.ts'
import { GraphBuilder, openPredictor } from '../runtime/index.ts'
import { type ImportModelInput, importModel } from './import-job.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-import-model-'))
  await mkdir(join(folder, 'in'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function importFile(columns?: string[]) {
  const context: JobContext = {
    folder,
    outFolder: join(folder, 'out'),
    temporaryFolder: folder,
    signal: new AbortController().signal,
    finish: new AbortController().signal,
    checkpoint: new Checkpoint(folder),
    progress() {},
    log() {},
    metric() {},
    record() {},
    secret: async () => null,
    unbroken: work => work(),
    within: (_milliseconds, _late, work) => work(),
  }
  const like: ImportModelInput['like'] = columns ? { parquetFile: '', target: null, columns, texts: {} } : null
  return importModel({ fileName: 'iris.onnx', name: 'iris', alias: null, upload: null, python: null, like }, context)
}

function importGraph(graph: GraphBuilder, columns?: string[]) {
  return writeFile(join(folder, 'in', 'model.onnx'), graph.build()).then(() => importFile(columns))
}

/** The file beside the fixture says which versions of scikit-learn and skl2onnx made it. */
test('a pipeline of scikit-learn answers here as it did there', async () => {
  await copyFile(join(fixtures, 'iris-logistic.onnx'), join(folder, 'in', 'model.onnx'))
  expect(await importFile()).toEqual({ task: 'multiclass' })
  const golden = JSON.parse(await readFile(join(fixtures, 'iris-logistic.json'), 'utf8')) as {
    rows: number[][]
    probabilities: number[][]
  }
  const predictor = await openPredictor(join(folder, 'out', 'bundle'))
  const { signature, bundle } = predictor
  expect(signature.columns.map(({ name }) => name)).toEqual(['X_0', 'X_1', 'X_2', 'X_3'])
  expect(signature.classes).toEqual(['0', '1', '2'])
  expect(bundle.provenance.imported).toMatchObject({ fileName: 'iris.onnx' })
  const answers = await predictor.predictRows(
    golden.rows.map(row => Object.fromEntries(row.map((value, i) => [`X_${i}`, value]))),
  )
  golden.probabilities.forEach((expected, row) => {
    expected.forEach((probability, k) => {
      expect(answers[row]!.probabilities![String(k)]).toBeCloseTo(probability, 5)
    })
  })
  expect(await predictor.runGolden()).toMatchObject({ agrees: true })
  await predictor.close()
})

test('probabilities in a ZipMap, as scikit-learn is exported where nothing is said, are those of the tensor before it', async () => {
  const { rows, probabilities } = await answersOf('iris-logistic-zipmap.onnx')
  expect(rows.map(({ probabilities: each }) => Object.keys(each!))).toEqual(rows.map(() => ['0', '1', '2']))
  rows.forEach((row, i) => {
    Object.values(row.probabilities!).forEach((value, k) => {
      expect(value).toBeCloseTo(probabilities[i]![k]!, 5)
    })
  })
})

async function answersOf(file: string) {
  await copyFile(join(fixtures, file), join(folder, 'in', 'model.onnx'))
  await importFile()
  const golden = JSON.parse(await readFile(join(fixtures, 'iris-logistic.json'), 'utf8')) as {
    rows: number[][]
    probabilities: number[][]
  }
  const predictor = await openPredictor(join(folder, 'out', 'bundle'))
  const { columns } = predictor.signature
  const asked = golden.rows.map(row => Object.fromEntries(row.map((value, i) => [columns[i]!.name, value])))
  const rows = await predictor.predictRows(asked)
  await predictor.close()
  return { rows, probabilities: golden.probabilities }
}

test('scores of classes that are no probabilities get a softmax; an image takes a column a pixel', async () => {
  const graph = new GraphBuilder()
  graph.input('image', 'float32', ['N', 3, 1, 1])
  graph.node('Reshape', ['image', graph.int64s([-1, 3])], {}, 'output')
  graph.output('output', 'float32', ['N', 3])
  expect(await importGraph(graph)).toEqual({ task: 'multiclass' })
  const predictor = await openPredictor(join(folder, 'out', 'bundle'))
  const [row] = await predictor.predictRows([{ image_0: 0, image_1: Math.log(2), image_2: 0 }])
  expect(row!.prediction).toBe('1')
  expect(row!.probabilities!['1']).toBeCloseTo(0.5, 6)
  await predictor.close()
})

test('a regression of named inputs takes a column an input', async () => {
  const graph = new GraphBuilder()
  graph.input('age', 'float32', ['N', 1])
  graph.input('visits', 'int64', ['N', 1])
  const visits = graph.node('Cast', ['visits'], { to: { int: 1 } })
  graph.node('Add', ['age', visits], {}, 'sum')
  graph.output('sum', 'float32', ['N', 1])
  expect(await importGraph(graph)).toEqual({ task: 'regression' })
  const predictor = await openPredictor(join(folder, 'out', 'bundle'))
  expect(predictor.signature.columns).toEqual([
    { name: 'age', type: 'number' },
    { name: 'visits', type: 'integer' },
  ])
  expect(await predictor.predictRows([{ age: 1.5, visits: 2 }])).toEqual([{ prediction: 3.5 }])
  await predictor.close()
})

test('an input of any width, and an output that is no answer to a row, are refused by name', async () => {
  const graph = new GraphBuilder()
  graph.input('image', 'float32', ['N', 3, 8, 8])
  graph.node('Identity', ['image'], {}, 'same')
  graph.output('same', 'float32', ['N', 3, 8, 8])
  await expect(importGraph(graph)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('its output "same" has the shape [N, 3, 8, 8]'),
  })
  const open = new GraphBuilder()
  open.input('words', 'float32', ['N', 'length'])
  open.node('ReduceMean', ['words'], { axes: { ints: [1] } }, 'mean')
  open.output('mean', 'float32', ['N', 1])
  await expect(importGraph(open)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('its input "words" has the shape [N, length]'),
  })
})

test('an operator that onnxruntime does not know is named', async () => {
  const graph = new GraphBuilder()
  graph.input('age', 'float32', ['N', 1])
  graph.node('Fancy', ['age'], {}, 'answer')
  graph.output('answer', 'float32', ['N', 1])
  await expect(importGraph(graph)).rejects.toMatchObject({
    ...{ code: 'bad-file', mend: expect.stringContaining('Export it anew') },
    // In its words, and not where the file lay for a moment.
    message: expect.stringMatching(/^Cannot use iris\.onnx: onnxruntime cannot load the model: (?!Load).*Fancy/s),
  })
})

test('rows that it answers with no number are no golden ones, and a model that answers none so is refused', async () => {
  const graph = new GraphBuilder()
  graph.input('age', 'float32', ['N', 1])
  graph.node('Log', ['age'], {}, 'answer')
  graph.output('answer', 'float32', ['N', 1])
  await importGraph(graph)
  const { golden } = (await openPredictor(join(folder, 'out', 'bundle'))).bundle
  expect(golden).toMatchObject({ rows: [{ age: 1 }], outputs: [{ prediction: 0 }] })

  const never = new GraphBuilder()
  never.input('age', 'float32', ['N', 1])
  never.node('Mul', ['age', never.floats([0])], {}, 'zero')
  never.node('Log', ['zero'], {}, 'answer')
  never.output('answer', 'float32', ['N', 1])
  await expect(importGraph(never)).rejects.toMatchObject({
    ...{ code: 'bad-file', message: expect.stringContaining('no finite number'), mend: expect.any(String) },
  })
})

test.each([
  [14, 'is of type complex64'],
  [23, 'is of a type that is not known here'],
])('an input of element type %i is refused by name, with those that can be taken', async (elemType, said) => {
  const graph = new GraphBuilder()
  graph.input('age', 'float32', ['N', 1])
  graph.node('Identity', ['age'], {}, 'answer')
  graph.output('answer', 'float32', ['N', 1])
  const model = onnxProto.onnx.ModelProto.decode(graph.build())
  model.graph!.input![0]!.type!.tensorType!.elemType = elemType
  await writeFile(join(folder, 'in', 'model.onnx'), onnxProto.onnx.ModelProto.encode(model).finish())
  await expect(importFile()).rejects.toMatchObject({
    ...{ code: 'unsupported', message: expect.stringContaining(`its input "age" ${said}`) },
    mend: expect.stringContaining('float32'),
  })
})

test('bytes that are no model are refused', async () => {
  await writeFile(join(folder, 'in', 'model.onnx'), 'not a model')
  await expect(importFile()).rejects.toMatchObject({ code: 'bad-file' })
})

test('inputs of one column each are those of the dataset that differ from them in signs alone, as skl2onnx names them', async () => {
  const columnsOf = async (columns: string[]) => {
    const graph = new GraphBuilder()
    const inputs = ['body_height', 'dose'].map(name => graph.input(name, 'float32', ['N', 1]))
    graph.node('Add', inputs, {}, 'value')
    graph.output('value', 'float32', ['N', 1])
    await importGraph(graph, columns)
    const predictor = await openPredictor(join(folder, 'out', 'bundle'))
    const names = predictor.signature.columns.map(({ name }) => name)
    await predictor.close()
    return names
  }
  expect(await columnsOf(['dose', 'age', 'body height'])).toEqual(['body height', 'dose'])
  // Nothing tells which of the two is meant.
  expect(await columnsOf(['body height', 'body-height'])).toEqual(['body_height', 'dose'])
})
