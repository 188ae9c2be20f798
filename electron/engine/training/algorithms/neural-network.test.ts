import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import type { AppError } from '../../../../shared/errors.ts'
import type { Table, TableColumn } from '../../../../shared/inference/table.ts'
import type { Parameters, TargetTask } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { TrainContext, TrainingData } from '../algorithm.ts'
import { fitImageEncoder } from '../features/image-encoder.ts'
import { readSample } from '../fixtures.ts'
import { neuralNetwork } from './neural-network.ts'

const rows = 300
const random = new Pcg32(5)
const colours = ['blue', 'green', 'red']
const height = Float64Array.from({ length: rows }, (_, row) =>
  row % 17 === 0 ? Number.NaN : Math.fround(random.nextGaussian()),
)
const colour = Int32Array.from({ length: rows }, (_, row) => (row % 23 === 0 ? -1 : random.nextBelow(3)))
const table: Table = {
  rows,
  columns: [
    { name: 'height', type: 'number', kind: 'numeric', values: height },
    { name: 'colour', type: 'text', kind: 'text', codes: colour, dictionary: colours },
  ],
}
const parameters = Object.fromEntries(neuralNetwork.parameters.map(({ name, default: value }) => [name, value]))
const context: TrainContext = {
  device: 'cpu',
  seed: 1,
  threads: 1,
  signal: new AbortController().signal,
  finish: new AbortController().signal,
  temporaryFolder: tmpdir(),
  progress() {},
  log() {},
  metric() {},
}

function data(task: TargetTask, target: (row: number) => number): TrainingData {
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  return {
    table,
    features: ['height', 'colour'],
    task,
    classes: task === 'regression' ? [] : task === 'binary' ? ['no', 'yes'] : colours,
    target: Float64Array.from(all, target),
    train: all.subarray(0, 200),
    validation: all.subarray(200),
  }
}

/** What the exported graph gives for all rows. */
async function exported(fitted: Awaited<ReturnType<typeof neuralNetwork.fit>>): Promise<Float32Array> {
  const { Tensor } = await loadOnnxRuntime()
  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', 1])
  graph.input('text', 'string', ['N', 1])
  const output = fitted.toGraph(graph, {
    numbers: 'numeric',
    numeric: new Map([['height', 0]]),
    text: new Map([['colour', 0]]),
  })
  graph.output(output, 'float32', ['N', 'C'])
  const session = await openSession(graph.build(), { threads: 1 })
  const { missingText } = await import('../../../../shared/inference/signature.ts')
  const result = await session.run({
    numeric: new Tensor('float32', Float32Array.from(height), [rows, 1]),
    text: new Tensor(
      'string',
      Array.from(colour, code => colours[code] ?? missingText),
      [rows, 1],
    ),
  })
  return result[output]!.data as Float32Array
}

const everyRow = Int32Array.from({ length: rows }, (_, row) => row)
const isTall = (row: number) => Number(height[row]! > 0 !== (colour[row] === 2))

test.each([
  ['binary', isTall],
  ['multiclass', (row: number) => (colour[row]! < 0 ? 0 : colour[row]!)],
  ['regression', (row: number) => 1000 + 50 * isTall(row)],
] as const)(
  '%s: learns numbers and texts, missing ones too; the exported graph predicts the same',
  async (task, target) => {
    const fitted = await neuralNetwork.fit(data(task, target), parameters, context)
    const own = await fitted.predict(everyRow)
    const graphs = await exported(fitted)
    expect(graphs.length).toBe(own.length)
    own.forEach((value, i) => {
      expect(Math.abs(graphs[i]! - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(value)))
    })
    const width = own.length / rows
    const wrong = [...data(task, target).validation].filter(row => {
      if (task === 'regression') return Math.abs(own[row]! - target(row)) > 25
      const probabilities = own.subarray(row * width, (row + 1) * width)
      return probabilities.indexOf(Math.max(...probabilities)) !== target(row)
    })
    expect(wrong.length).toBeLessThan(12)
    expect(fitted.device).toBe('cpu')
  },
)

test.each<Parameters>([
  { embedding: 4 },
  { embedding: 4, clip: 0.5, optimizer: 'adamw', schedule: 'cosine' },
  { norm: 'batch', dropout: 0.1, 'class-weights': 'balanced' },
  { norm: 'layer', schedule: 'linear', optimizer: 'momentum' },
])('with %o the exported graph predicts the same, and it learns', async change => {
  const own = { ...parameters, epochs: 60, ...change }
  const fitted = await neuralNetwork.fit(data('binary', isTall), own, context)
  const predicted = await fitted.predict(everyRow)
  const graphs = await exported(fitted)
  predicted.forEach((value, i) => {
    expect(Math.abs(graphs[i]! - value)).toBeLessThanOrEqual(1e-5)
  })
  const wrong = [...everyRow].filter(row => Number(predicted[2 * row + 1]! > 0.5) !== isTall(row))
  expect(wrong.length).toBeLessThan(15)
})

test('balanced classes make a rare one as likely as it is told apart', async () => {
  const rare = (row: number) => Number(row % 12 === 0 && height[row]! > -1)
  const positives = async (weights: string) => {
    const own = { ...parameters, epochs: 30, 'class-weights': weights }
    const answers = await (await neuralNetwork.fit(data('binary', rare), own, context)).predict(everyRow)
    return [...everyRow].reduce((sum, row) => sum + answers[2 * row + 1]!, 0)
  }
  expect(await positives('balanced')).toBeGreaterThan(3 * (await positives('none')))
})

test('columns of pixels are an image: it is learned, and the exported graph predicts the same', async () => {
  const sample = readSample('digits.csv', 'multiclass', Array.from('0123456789'), 600)
  // As a column that is the same in all rows: it is no input of the graph.
  const features = sample.features.slice(1)
  const own = { ...parameters, epochs: 24, image: [8], filters: [8, 16], layers: [32] }
  // The target may stand before the pixels, and moves none.
  const digit = { name: 'digit', type: 'integer', kind: 'numeric', values: sample.target } as const
  const table = { ...sample.table, columns: [digit, ...sample.table.columns] }
  const images = { ...sample, table, features, offered: sample.features }
  const fitted = await neuralNetwork.fit(images, own, context)
  const predicted = await fitted.predict(sample.validation)
  const right = sample.validation.filter((row, i) => {
    const answer = predicted.subarray(10 * i, 10 * i + 10)
    return answer.indexOf(Math.max(...answer)) === sample.target[row]
  })
  expect(right.length / sample.validation.length).toBeGreaterThan(0.9)
  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', 63])
  const numeric = new Map(features.map((name, i) => [name, i]))
  const output = fitted.toGraph(graph, { numbers: 'numeric', numeric, text: new Map() })
  graph.output(output, 'float32', ['N', 10])
  const session = await openSession(graph.build(), { threads: 1 })
  const { Tensor } = await loadOnnxRuntime()
  const columns = sample.table.columns.slice(1).map(column => (column.kind === 'numeric' ? column.values : []))
  const cells = Float32Array.from([...sample.validation].flatMap(row => columns.map(values => values[row]!)))
  const { [output]: answers } = await session.run({
    numeric: new Tensor('float32', cells, [sample.validation.length, 63]),
  })
  ;(answers!.data as Float32Array).forEach((value, i) => {
    expect(Math.abs(value - predicted[i]!)).toBeLessThan(1e-5)
  })
  for (const [image, told] of [
    [[9, 8], 'takes 72 columns'],
    [[7, 8], 'takes 56 columns of numbers, not 64'],
  ] as const) {
    await expect(neuralNetwork.fit(images, { ...own, image: [...image] }, context)).rejects.toThrow(told)
  }
})

test('a pixel that none can be, and a text among them, is refused by its row and column', async () => {
  const rows = 4
  const pixels = Array.from({ length: 9 }, (_, i) => ({
    ...{ name: `p${i}`, type: 'integer' as const, kind: 'numeric' as const },
    values: Float64Array.of(0, 100 + i, 255, 3),
  }))
  const encoderOf = (columns: TableColumn[]) => {
    const all = columns.map(({ name }) => name)
    const [train, validation] = [Int32Array.of(0, 1), Int32Array.of(2, 3)]
    const data = {
      task: 'binary' as const,
      classes: ['a', 'b'],
      target: Float64Array.of(0, 1, 0, 1),
      train,
      validation,
    }
    return () => fitImageEncoder({ table: { rows, columns }, features: all, offered: all, ...data }, 3, 3)
  }
  expect(encoderOf(pixels)).not.toThrow()
  const strange = (values: number[]) => ({ ...pixels[4]!, values: Float64Array.from(values) })
  expect(encoderOf(pixels.with(4, strange([0, 4, 999, 3])))).toThrow(/^Row 3 of the pixel "p4" is 999: .* 0 to 255/)
  const dark: TableColumn = {
    ...{ name: 'p4', type: 'text', kind: 'text' },
    ...{ codes: Int32Array.of(0, 1, 0, 0), dictionary: ['7', 'dark'] },
  }
  let told: unknown
  try {
    encoderOf([...pixels.toSpliced(4, 1), dark])()
  } catch (error) {
    told = error
  }
  expect(told).toMatchObject({ code: 'bad-data', message: expect.stringMatching(/these hold texts: "p4"$/) })
  expect((told as AppError).mend).toContain('row 2 of "p4" is "dark"')
})
