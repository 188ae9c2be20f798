import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingText } from '../../../../shared/inference/signature.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { TrainingData } from '../algorithm.ts'
import { quietContext, readSample } from '../fixtures.ts'
import { gradientBoosting } from './gradient-boosting.ts'

/**
 * The answers of scikit-learn's HistGradientBoosting (version in the file) with the same settings, on columns of so few distinct values that
 * both put each into a bin of its own: max_iter 10, learning_rate 0.3, max_leaf_nodes 8, min_samples_leaf 12, l2_regularization 1.5.
 */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'gradient-boosting.golden.json'), 'utf8')) as Record<
  string,
  (number | number[])[]
>
const parameters = {
  ...{ rounds: 10, leaves: 8, 'learning-rate': 0.3, bins: 255, 'min-rows': 12, l2: 1.5 },
  ...{ subsample: 1, columns: 1, 'early-stopping': 0 },
}

function diabetesWithGaps(): TrainingData {
  const data = readSample('diabetes.csv', 'regression', [])
  const column = data.table.columns[2]!
  if (column.kind === 'numeric') for (let row = 0; row < column.values.length; row += 7) column.values[row] = Number.NaN
  return data
}
const cancer = () => readSample('breast-cancer.csv', 'binary', ['benign', 'malignant'], 360)
const digits = () => readSample('digits.csv', 'multiclass', Array.from('0123456789'), 600)

test.each([
  ['regression', diabetesWithGaps, 0.05],
  ['binary', cancer, 1e-3],
  // Splits on pixels tie, and ties are broken otherwise there.
  ['multiclass', digits, 0.02],
] as const)('%s: the same trees as scikit-learn grows', async (task, data, tolerance) => {
  const training = data()
  // Validated on its own training rows, so that every round is the best yet.
  const fitted = await gradientBoosting.fit({ ...training, validation: training.train }, parameters, quietContext)
  const own = await fitted.predict(Int32Array.from({ length: 10 }, (_, row) => row))
  const expected = golden[task]!.flat()
  const differences = expected.map((value, i) => Math.abs(value - own[i]!))
  expect(Math.max(...differences)).toBeLessThan(tolerance)
})

test('it keeps the rounds up to the best validation loss', async () => {
  const training = cancer()
  const losses: number[] = []
  const context = {
    ...quietContext,
    metric(key: string, _step: number, value: number) {
      if (key === 'validation-loss') losses.push(value)
    },
  }
  const settings = { ...parameters, rounds: 200, 'early-stopping': 5 }
  const fitted = await gradientBoosting.fit(training, settings, context)
  const best = losses.indexOf(Math.min(...losses))
  expect(losses.length).toBe(best + 1 + 5)
  const shorter = await gradientBoosting.fit(training, { ...settings, rounds: best + 1 }, quietContext)
  expect(await fitted.predict(training.validation)).toEqual(await shorter.predict(training.validation))
})

test('a column with more values than bins, with infinities and gaps, still splits', async () => {
  const rows = 5000
  const values = Float64Array.from({ length: rows }, (_, row) => Math.fround(Math.sin(row * 12.9898) * 1000))
  values[3] = Number.POSITIVE_INFINITY
  values[4] = Number.NEGATIVE_INFINITY
  values[5] = Number.NaN
  const all = Int32Array.from(values.keys())
  const data: TrainingData = {
    table: { rows, columns: [{ name: 'x', type: 'number', kind: 'numeric', values }] },
    features: ['x'],
    task: 'regression',
    classes: [],
    target: values.map(value => (value > 250 ? 10 : 0)),
    train: all.filter(row => row % 2 === 0),
    validation: all.filter(row => row % 2 === 1),
  }
  const fitted = await gradientBoosting.fit(data, { ...parameters, rounds: 60, bins: 64 }, quietContext)
  const own = await fitted.predict(all)
  const wrong = all.filter(row => Math.abs(own[row]! - data.target[row]!) > 1)
  // Only values in the bin around the step, of some 1/64 of the rows, can be told wrongly.
  expect(wrong.length).toBeLessThan((2 * rows) / 64)
  expect(Math.round(own[3]!)).toBe(10)
  expect(Math.round(own[4]!)).toBe(0)
})

test('stopped by hand it ends after the round under way, and is what that many rounds give', async () => {
  const finish = new AbortController()
  const context = {
    ...quietContext,
    finish: finish.signal,
    metric(key: string, step: number) {
      if (key === 'validation-loss' && step === 4) finish.abort()
    },
  }
  const training = diabetesWithGaps()
  const settings = { ...parameters, rounds: 50 }
  const stopped = await gradientBoosting.fit(training, settings, context)
  const short = await gradientBoosting.fit(training, { ...settings, rounds: 4 }, quietContext)
  expect(await stopped.predict(training.validation)).toEqual(await short.predict(training.validation))
})

test('texts are split as sets; those that are rare, missing or never seen go the way that the graph says too', async () => {
  const rows = 4000
  const dictionary = Array.from({ length: 300 }, (_, code) => `place "${code}"`)
  const random = new Pcg32(5, 1)
  const codes = Int32Array.from({ length: rows }, () => {
    const code = Math.floor(random.nextFloat() ** 2 * 320)
    return code < 300 ? code : -1
  })
  const values = Float64Array.from({ length: rows }, () => Math.fround(random.nextGaussian()))
  const effects = dictionary.map(() => 3 * random.nextGaussian())
  const all = Int32Array.from(codes.keys())
  const data: TrainingData = {
    table: {
      rows,
      columns: [
        { name: 'place', type: 'text', kind: 'text', codes, dictionary },
        { name: 'x', type: 'number', kind: 'numeric', values },
      ],
    },
    features: ['place', 'x'],
    task: 'regression',
    classes: [],
    target: values.map((value, row) => value + (effects[codes[row]!] ?? 8)),
    train: all.subarray(0, 3000),
    validation: all.subarray(3000),
  }
  const fitted = await gradientBoosting.fit(data, { ...parameters, rounds: 80 }, quietContext)
  const own = await fitted.predict(all)
  const error = (from: Float32Array | Float64Array) =>
    data.validation.reduce((sum, row) => sum + (data.target[row]! - from[row]!) ** 2, 0) / data.validation.length
  expect(error(own)).toBeLessThan(0.5 * error(new Float64Array(rows).fill(mean(data.target))))

  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', 1])
  graph.input('text', 'string', ['N', 1])
  const output = fitted.toGraph(graph, {
    numbers: 'numeric',
    numeric: new Map([['x', 0]]),
    text: new Map([['place', 0]]),
  })
  graph.output(output, 'float32', ['N', 1])
  const session = await openSession(graph.build())
  const { Tensor } = await loadOnnxRuntime()
  const texts = Array.from(codes, code => dictionary[code] ?? missingText)
  const told = await session.run({
    numeric: new Tensor('float32', Float32Array.from(values), [rows, 1]),
    text: new Tensor('string', texts, [rows, 1]),
  })
  const answers = told[output]!.data as Float32Array
  expect(Math.max(...own.map((value, row) => Math.abs(value - answers[row]!)))).toBeLessThan(1e-4)
  const unseen = await session.run({
    numeric: new Tensor('float32', [0, 0], [2, 1]),
    text: new Tensor('string', ['nowhere', 'elsewhere'], [2, 1]),
  })
  const [one, other] = unseen[output]!.data as Float32Array
  expect(one).toBe(other)
  await session.release()
})

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0)
}
