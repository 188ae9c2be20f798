import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RawRow, Signature, TensorInput } from '../../../../shared/inference/signature.ts'
import type { Table } from '../../../../shared/inference/table.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { GraphBuilder } from '../../runtime/index.ts'
import type { TrainingData } from '../algorithm.ts'
import { fineTune } from '../algorithms/fine-tune.ts'
import { expectSame, exportedAnswers } from '../exported-fixture.ts'
import { quietContext, readSample } from '../fixtures.ts'
import type { BaseModel } from './base-model.ts'

const defaults = Object.fromEntries(fineTune.parameters.map(({ name, default: value }) => [name, value]))

function baseOf(modelFile: string, inputs: TensorInput[], outputs: Signature['outputs'], rows: RawRow[]): BaseModel {
  const columns = inputs.flatMap(input => input.columns)
  const signature: Signature = {
    ...{ formatVersion: 1, task: 'multiclass', target: null, inputs, outputs, classes: [] },
    columns: columns.map(({ name, type }) => ({ name, type })),
  }
  return { model: 'theirs:1', bundleDigest: `sha256:${'0'.repeat(64)}`, modelFile, signature, rows }
}

const digits = readSample('digits.csv', 'multiclass', '0123456789'.split(''))
const pixels = digits.features.map(name => ({ name, type: 'integer' as const, offset: 0, scale: 1 }))
const digitsBase = baseOf(
  join(import.meta.dirname, 'fixtures/digits-0-to-4.onnx'),
  [{ name: 'pixels', type: 'float32', columns: pixels, vector: false }],
  { probabilities: 'probabilities', value: null },
  [0, 1, 2].map(value => Object.fromEntries(digits.features.map(name => [name, value]))),
)

test.each([
  { at: '', layers: [0], least: 0.8, tensor: 'relu_2', width: 16 },
  { at: 'max_pool2d', layers: [32], least: 0.93, tensor: 'max_pool2d', width: 64 },
])(
  'a network of PyTorch that knows five digits tells ten, frozen up to $tensor',
  async ({ at, layers, least, tensor, width }) => {
    const parameters = { ...defaults, 'freeze-at': at, layers, epochs: 30 }
    const context = { ...quietContext, base: digitsBase }
    const fitted = await fineTune.fit(digits, parameters, context)
    expect(fitted.warnings[0]).toBe(
      `theirs:1 stays as it is up to "${tensor}": the head learns from its ${width} numbers`,
    )
    const own = await fitted.predict(digits.validation)
    const right = digits.validation.filter((row, i) => {
      const probabilities = own.subarray(10 * i, 10 * (i + 1))
      return probabilities.indexOf(Math.max(...probabilities)) === digits.target[row]
    })
    expect(right.length / digits.validation.length).toBeGreaterThan(least)
    const every = Int32Array.from({ length: digits.table.rows }, (_, row) => row)
    const all = await fitted.predict(every)
    expectSame(await exportedAnswers(fitted, digits.table), all)
    const again = await fineTune.fit(digits, parameters, context)
    expect(await again.predict(every)).toEqual(all)
  },
)

test('a tensor that is not there, or none that is last, is refused with those there are', async () => {
  const context = { ...quietContext, base: digitsBase }
  const learn = (more: object, base = digitsBase) =>
    fineTune.fit(digits, { ...defaults, ...more }, { ...context, base })
  await expect(learn({ 'freeze-at': 'nowhere' })).rejects.toMatchObject({
    message: 'theirs:1 has no tensor "nowhere" of numbers with the same shape for every row',
    mend: expect.stringContaining('max_pool2d [4 × 4 × 4]'),
  })
  const graph = new GraphBuilder()
  graph.input('pixels', 'float32', ['N', 64])
  const [count] = [graph.node('Shape', ['pixels'])]
  const shares = graph.node('Softmax', ['pixels'])
  graph.node('Mul', [graph.node('Expand', [graph.float(1), count!]), shares], {}, 'probabilities')
  graph.output('probabilities', 'float32', ['N', 64])
  const file = join(tmpdir(), `lathe-no-layer-${process.pid}.onnx`)
  await writeFile(file, graph.build())
  await expect(learn({}, { ...digitsBase, modelFile: file })).rejects.toThrow('has no last layer of weights')
  await expect(fineTune.fit(digits, defaults, quietContext)).rejects.toThrow('none is named')
})

test('a cancelled training ends within the frozen part', async () => {
  const abort = new AbortController()
  const progress = (_: number | null, phase: string) => {
    if (phase === 'computing the frozen part') abort.abort()
  }
  const context = { ...quietContext, base: digitsBase, signal: abort.signal, progress }
  await expect(fineTune.fit(digits, defaults, context)).rejects.toThrow('aborted')
})

/** Whole numbers, numbers in double that are shifted, truths and texts, in inputs of their own. */
test('a value from inputs of every type, some of them missing', async () => {
  const rows = 300
  const random = new Pcg32(5)
  const graph = new GraphBuilder()
  graph.input('count', 'int64', ['N', 1])
  graph.input('size', 'float64', ['N'])
  graph.input('isNew', 'bool', ['N', 1])
  graph.input('word', 'string', ['N', 1])
  const asFloat = (name: string) => graph.node('Cast', [name], { to: { int: 1 } })
  const size = graph.node('Reshape', [asFloat('size'), graph.int64s([-1, 1])])
  const known = graph.node('ml.OneHotEncoder', ['word'], { cats_strings: { strings: ['a', 'b'] }, zeros: { int: 1 } })
  const flat = graph.node('Reshape', [known, graph.int64s([-1, 2])])
  const all = graph.node('Concat', [asFloat('count'), size, asFloat('isNew'), flat], { axis: { int: 1 } }, 'all')
  graph.node('MatMul', [all, graph.floats([1, 2, 3, 4, 5], [5, 1])], {}, 'value')
  graph.output('value', 'float32', ['N', 1])
  const modelFile = join(tmpdir(), `lathe-every-type-${process.pid}.onnx`)
  await writeFile(modelFile, graph.build())
  const slot = (name: string, type: 'integer' | 'number' | 'boolean' | 'text', offset = 0, scale = 1) => ({
    columns: [{ name, type, offset, scale }],
    vector: name === 'size',
  })
  const base = baseOf(
    modelFile,
    [
      { name: 'count', type: 'int64', ...slot('count', 'integer') },
      { name: 'size', type: 'float64', ...slot('size', 'number', 1e9, 10) },
      { name: 'isNew', type: 'bool', ...slot('new', 'boolean') },
      { name: 'word', type: 'string', ...slot('word', 'text') },
    ],
    { probabilities: null, value: 'value' },
    ['a', 'b', 'c'].map((word, i) => ({ count: i, size: 1e9 + i, new: i === 1, word })),
  )
  const every = Int32Array.from({ length: rows }, (_, row) => row)
  const numbers = (at: (row: number) => number) => Float64Array.from(every, at)
  const dictionary = ['a', 'b', 'c']
  const codes = Int32Array.from(every, () => random.nextBelow(3))
  // As the signature has shifted them.
  const table: Table = {
    rows,
    columns: [
      {
        name: 'size',
        type: 'number',
        kind: 'numeric',
        values: numbers(row => (row % 20 ? Math.fround(random.nextGaussian()) : Number.NaN)),
      },
      { name: 'new', type: 'boolean', kind: 'numeric', values: numbers(() => random.nextBelow(2)) },
      { name: 'count', type: 'integer', kind: 'numeric', values: numbers(() => random.nextBelow(9)) },
      { name: 'word', type: 'text', kind: 'text', codes, dictionary },
    ],
  }
  const [size_, new_, count_] = table.columns.map(column => (column.kind === 'numeric' ? column.values : []))
  const data: TrainingData = {
    ...{ table, features: ['count', 'size', 'new', 'word'], task: 'regression', classes: [] },
    target: numbers(row => count_![row]! - (size_![row]! || 0) + new_![row]! * 2 + (codes[row] === 1 ? 3 : 0)),
    ...{ train: every.subarray(0, 200), validation: every.subarray(200) },
  }
  const parameters = { ...defaults, 'freeze-at': 'all', epochs: 200, 'learning-rate': 0.02 }
  const fitted = await fineTune.fit(data, parameters, { ...quietContext, base })
  const own = await fitted.predict(every)
  expectSame(
    await exportedAnswers(
      fitted,
      table,
      Array.from(codes, code => dictionary[code]!),
    ),
    own,
  )
  const error = Math.sqrt(every.reduce((sum, row) => sum + (own[row]! - data.target[row]!) ** 2, 0) / rows)
  expect(error).toBeLessThan(0.5)
})
