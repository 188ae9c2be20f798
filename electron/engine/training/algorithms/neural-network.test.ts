import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import type { Table } from '../../../../shared/inference/table.ts'
import type { Task } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { TrainContext, TrainingData } from '../algorithm.ts'
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

function data(task: Task, target: (row: number) => number): TrainingData {
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
