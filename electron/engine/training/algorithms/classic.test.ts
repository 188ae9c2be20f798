import { expect, test } from 'vitest'
import { quietContext, readGolden, readSample } from '../fixtures.ts'
import { algorithms } from './index.ts'
import { mostRows, nearestNeighbours } from './nearest-neighbours.ts'

/** Answers of scikit-learn and SciPy (versions and rows in the file) on the standardised columns of the shipped samples. */
const golden = readGolden<keyof typeof samples>('classic.golden.json')
const samples = {
  cancer: () => readSample('breast-cancer.csv', 'binary', ['benign', 'malignant']),
  digits: () => readSample('digits.csv', 'multiclass', Array.from('0123456789'), 600),
  diabetes: () => readSample('diabetes.csv', 'regression', []),
}

test.each(golden)('%s answers as its twin', async (name, each) => {
  const data = samples[each.data]()
  const [id] = name.split(',')
  const fitted = await algorithms.get(id!).fit(data, each.parameters, quietContext)
  const rows =
    id === 'nearest-neighbours' ? data.validation.slice(0, 10) : Int32Array.from({ length: 10 }, (_, row) => row)
  const own = await fitted.predict(rows)
  each.predictions.flat().forEach((value, i) => {
    expect(Math.abs(own[i]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)))
  })
})

test('nearest neighbours keep a share of many rows, and say so', async () => {
  const count = mostRows + 500
  const values = Float64Array.from({ length: count }, (_, row) => row % 1000)
  const all = Int32Array.from({ length: count }, (_, row) => row)
  const data = {
    table: { rows: count, columns: [{ name: 'x', type: 'number' as const, kind: 'numeric' as const, values }] },
    ...{ features: ['x'], task: 'regression' as const, classes: [], target: values.map(value => 2 * value) },
    ...{ train: all, validation: all.subarray(0, 0) },
  }
  const fitted = await nearestNeighbours.fit(data, { neighbours: 3, weights: 'uniform' }, quietContext)
  expect(fitted.warnings).toEqual([`The model keeps ${mostRows} of the ${count} training rows, drawn at random`])
  const [own] = await fitted.predict(Int32Array.of(500))
  expect(Math.abs(own! - 1000)).toBeLessThan(10)
})
