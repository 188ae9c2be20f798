import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { encodeTable } from '../../../../shared/inference/encode.ts'
import type { Table, TextColumn } from '../../../../shared/inference/table.ts'
import { GraphBuilder } from '../../runtime/index.ts'
import type { TrainingData } from '../algorithm.ts'
import { addInputs, makeSignature, roundTable } from '../signature.ts'
import { fitDenseEncoder } from './dense-encoder.ts'
import type { Encoding } from './encoding-parameters.ts'
import { numberEncodings } from './numbers/index.ts'
import { textEncodings } from './texts/index.ts'
import { dealFolds, meansOf } from './texts/target.ts'

/**
 * scikit-learn's answers (version in the file): TargetEncoder with folds of row mod 5, QuantileTransformer of 100 quantiles, OrdinalEncoder,
 * FeatureHasher of 64 columns, PolynomialFeatures of standardised columns, standardised; the first 100 rows are learned from.
 */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'encodings.golden.json'), 'utf8'))
const learned = 100
const train = Int32Array.from({ length: learned }, (_, row) => row)
const all = Int32Array.from(golden.text, (_, row) => row)
const text: TextColumn = {
  ...{ name: 'wood', type: 'text', kind: 'text', dictionary: golden.words },
  codes: Int32Array.from(golden.text, (word: string) => golden.words.indexOf(word)),
}
const numbers = [0, 1].map(k => ({
  ...{ name: `x${k}`, type: 'number' as const, kind: 'numeric' as const },
  values: Float64Array.from(golden.x, (row: number[]) => Math.fround(row[k]!)),
}))
type Supervised = keyof typeof classesOf
const targets = { binary: 'binary', multiclass: 'multiclass', regression: 'value' }
const classesOf = { binary: ['0', '1'], multiclass: ['0', '1', '2'], regression: [] as string[] }

function dataOf(task: Supervised, columns: Table['columns'] = [...numbers, text]): TrainingData {
  return {
    ...{ table: { rows: all.length, columns }, features: columns.map(({ name }) => name), task },
    ...{ classes: classesOf[task], target: Float64Array.from(golden[targets[task]]), train, validation: train },
  }
}
const encoding = (change: Partial<Encoding>): Encoding => ({
  ...{ numbers: 'standard', texts: 'one-hot', hasProducts: false, seed: 3 },
  ...change,
})

function standardised(values: number[]): number[] {
  const own = values.slice(0, learned)
  const mean = own.reduce((sum, value) => sum + value / own.length, 0)
  const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2 / own.length, 0))
  return values.map(value => (value - mean) / deviation)
}

/** Columns of a matrix. */
const columnOf = (matrix: Float32Array, width: number, column: number) =>
  Array.from({ length: matrix.length / width }, (_, row) => matrix[row * width + column]!)

function expectClose(own: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(own.length).toBe(expected.length)
  for (const [i, value] of own.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance)
}

test.each(['binary', 'multiclass', 'regression'] as const)('target encoding for %s is TargetEncoder’s', task => {
  const data = dataOf(task, [text])
  const encoder = fitDenseEncoder(data, encoding({ texts: 'target' }))
  const { applied, learned: crossFitted } = golden[`target ${targets[task]}`]
  expect(encoder.width).toBe(task === 'multiclass' ? 3 : 1)
  for (let k = 0; k < encoder.width; k += 1) {
    expectClose(columnOf(encoder.encode(all), encoder.width, k), standardised(applied.map((row: number[]) => row[k])))
    const truth = (row: number) => (task === 'multiclass' ? Number(data.target[row] === k) : data.target[row]!)
    for (const row of train) {
      const others = train.filter(other => other % 5 !== row % 5)
      const own = meansOf(text, others, truth).means[text.codes[row]! + 1]!
      expect(own).toBeCloseTo(crossFitted[row][k], 9)
    }
  }
})

test('a training row is learned with the targets of other folds only', () => {
  const data = dataOf('regression', [text])
  const folds = dealFolds(data, 3)
  expect([...new Set(folds.values())].sort()).toEqual([0, 1, 2, 3, 4])
  const inFold = train.filter(row => folds.get(row) === 0)
  const matrix = (target: Float64Array) =>
    standardised(Array.from(fitDenseEncoder({ ...data, target }, encoding({ texts: 'target' })).encodeLearned(inFold)))
  const other = Float64Array.from(data.target, (value, row) => (folds.get(row) === 0 ? -7 * value + 100 : value))
  // Its own fold's targets move where all lies, and nothing else.
  expectClose(matrix(data.target), matrix(other), 1e-4)
})

test('quantiles are QuantileTransformer’s, also between, beyond and at repeated values', () => {
  const probes = golden.quantile.of as number[][]
  const columns = [0, 1].map(k => ({
    ...numbers[k]!,
    values: Float64Array.from(probes, row => Math.fround(row[k]!)),
  }))
  const changed = numberEncodings.get('quantile').fit(columns, train)
  const shares = (k: number) => golden.quantile.shares.map((row: number[]) => row[k])
  const [distinct, repeated] = changed.columns.map(({ values }) => Array.from(values)) as [number[], number[]]
  expectClose(distinct, shares(0), 2e-5)
  // Where equal quantiles end, its own differ in the last bit: half a place of 99.
  expectClose(repeated, shares(1), 0.0051)
})

test('places in the alphabet are OrdinalEncoder’s, products PolynomialFeatures’', () => {
  const encoder = fitDenseEncoder(dataOf('regression'), encoding({ texts: 'ordinal', hasProducts: true }))
  expect(encoder.names).toEqual(['x0', 'x1', 'x0 × x1', 'wood: place'])
  const matrix = encoder.encode(all)
  expectClose(columnOf(matrix, 4, 2), golden.product)
  expectClose(columnOf(matrix, 4, 3), standardised(golden.ordinal))
})

test('hashes are FeatureHasher’s', () => {
  const encoder = fitDenseEncoder(dataOf('regression', [text]), encoding({ texts: 'hash' }))
  const matrix = encoder.encode(all)
  all.forEach(row => {
    const [place, sign] = golden.hash[text.codes[row]!]
    const own = Array.from(matrix.subarray(row * 64, (row + 1) * 64))
    expect(own).toEqual(own.map((_, i) => (i === place ? sign : 0)))
  })
})

const gaps: Table['columns'] = [
  { ...numbers[0]!, values: numbers[0]!.values.map((value, row) => (row % 9 === 0 ? Number.NaN : value)) },
  { ...numbers[1]!, values: numbers[1]!.values.map((value, row) => (row === 7 ? Number.POSITIVE_INFINITY : value)) },
  { ...text, codes: text.codes.map((code, row) => (row % 11 === 0 ? -1 : code)) },
]
const ways = textEncodings.entries.flatMap(({ id: texts }) =>
  numberEncodings.entries.flatMap(({ id }) => [false, true].map(hasProducts => ({ texts, numbers: id, hasProducts }))),
)

test.each(ways)('the graph gives the same bits: %o', async way => {
  const raw = { rows: all.length, columns: gaps }
  const target = { task: 'multiclass' as const, classes: classesOf.multiclass, values: new Float64Array(), missing: 0 }
  const signature = makeSignature(raw, ['x0', 'x1', 'wood'], target, 'y')
  const data = { ...dataOf('multiclass', gaps), table: roundTable(raw, signature) }
  const encoder = fitDenseEncoder(data, encoding(way))
  const graph = new GraphBuilder()
  graph.output(encoder.toGraph(graph, addInputs(graph, signature)), 'float32', ['N', encoder.width])
  const session = await ort.InferenceSession.create(graph.build())
  const feeds = Object.fromEntries(
    encodeTable(signature, raw).map(({ name, type, dims, data: cells }) => [
      name,
      new ort.Tensor(type as 'float32', cells as Float32Array, dims),
    ]),
  )
  const { [session.outputNames[0]!]: output } = await session.run(feeds)
  expect(Array.from(output!.data as Float32Array)).toEqual(Array.from(encoder.encode(all)))
})
