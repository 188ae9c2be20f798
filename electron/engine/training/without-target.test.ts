import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Table } from '../../../shared/inference/table.ts'
import type { Anomalies, Clusters } from '../../../shared/model/findings.ts'
import { readTable } from '../datasets/index.ts'
import { Pcg32, silhouettes } from '../numerics/index.ts'
import { openPredictor } from '../runtime/index.ts'
import type { TrainingData } from './algorithm.ts'
import { algorithms } from './algorithms/index.ts'
import { fitDenseEncoder } from './features/index.ts'
import { quietContext, readSample } from './fixtures.ts'
import { checkParameters } from './parameters.ts'
import { trainIn, writeData } from './train-fixture.ts'
import type { TrainSpec } from './train-model.ts'
import { readWithoutTarget } from './without-target.ts'

/** Scores are means over 20 forests, inertias mean and most over ten fits of ten starts each, on standardised columns; of all rows. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'without-target.golden.json'), 'utf8'))
const rows = 600
let folder: string

/** Three groups of rows in two numbers and a text, with gaps, and every fiftieth row far from all. */
function makeTable(): Table {
  const random = new Pcg32(4)
  const isOdd = (row: number) => row % 50 === 49
  const number = (of: (group: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => {
      const value = of(row % 3) + random.nextGaussian() + (isOdd(row) ? 30 * (random.nextBelow(2) - 0.5) : 0)
      return row % 41 === 0 ? Number.NaN : value
    })
  return {
    rows,
    columns: [
      { name: 'weight', type: 'number', kind: 'numeric', values: number(group => 100 + 10 * group) },
      { name: 'height', type: 'number', kind: 'numeric', values: number(group => (group === 1 ? 8 : 0)) },
      {
        ...{ name: 'colour', type: 'text', kind: 'text', dictionary: ['red', 'green', 'blue'] },
        codes: Int32Array.from({ length: rows }, (_, row) => (row % 37 ? row % 3 : -1)),
      },
      {
        ...{ name: 'odd', type: 'text', kind: 'text', dictionary: ['no', 'yes'] },
        codes: Int32Array.from({ length: rows }, (_, row) => Number(isOdd(row))),
      },
    ],
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-without-'))
  await writeData(folder, makeTable())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function train(algorithm: string, change: Partial<TrainSpec> = {}, parameters = {}) {
  const task = algorithm === 'k-means' ? 'clusters' : 'anomaly'
  return trainIn(folder, { ...{ target: null, task, algorithm, parameters }, ...change })
}

function wholeSample(name: string): TrainingData {
  const data = readSample(`${name}.csv`, 'regression', [])
  return { ...data, train: Int32Array.from({ length: data.table.rows }, (_, row) => row) }
}

const fitTo = (id: string, data: TrainingData, parameters = {}) => {
  const algorithm = algorithms.get(id)
  return algorithm.fit(data, checkParameters(algorithm, parameters), quietContext)
}

test.each(['breast-cancer', 'diabetes'])('isolation forest scores %s as scikit-learn does', async name => {
  const data = wholeSample(name)
  const scores = await (await fitTo('isolation-forest', data, { trees: 500 })).predict(data.train)
  const { mean, every, deviation } = golden.scores[name]
  const differences = (mean as number[]).map((score, i) => Math.abs(scores[i * every]! - score))
  // A forest of scikit-learn's own 100 trees lies `deviation` from their mean.
  expect(differences.reduce((sum, each) => sum + each, 0) / differences.length).toBeLessThan(deviation)
  expect(Math.max(...differences)).toBeLessThan(4 * deviation)
})

/** As many fits as are behind scikit-learn's means: one is as lucky as its draws. */
const seeds = 10
const kMeans = algorithms.get('k-means')

test.each(['breast-cancer', 'diabetes', 'digits'])(
  'k-means finds centres of %s as good as scikit-learn does',
  async name => {
    const data = wholeSample(name)
    for (const [clusters, [mean, most]] of Object.entries<[number, number]>(golden.inertia[name])) {
      const best: number[] = []
      for (let seed = 1; seed <= seeds; seed += 1) {
        const metric = (_: string, __: number, value: number) => {
          best[seed - 1] = value
        }
        const context = { ...quietContext, seed, metric }
        const fitted = await kMeans.fit(data, checkParameters(kMeans, { clusters: Number(clusters) }), context)
        if (seed < seeds) continue
        const told = await fitted.measured!(data.train)
        let inertia = 0
        for (let i = 1; i < told.length; i += 3) inertia += told[i]!
        expect(inertia / best.at(-1)!, clusters).toBeCloseTo(1, 5)
      }
      const inertia = best.reduce((sum, each) => sum + each, 0) / seeds
      expect(inertia / mean, clusters).toBeLessThan(1.001)
      expect(inertia / most, clusters).toBeLessThan(1.0005)
    }
  },
)

test('the silhouette of each row is that of its definition', () => {
  // Computed by hand: a row at 0 with its fellow at 1 and the others at 10 and 12.
  const found = silhouettes(Float32Array.of(0, 1, 10, 12, 50), 1, Int32Array.of(0, 0, 1, 1, 2), 3)
  expect(found[0]).toBeCloseTo((11 - 1) / 11, 12)
  expect(found[2]).toBeCloseTo((9.5 - 2) / 9.5, 12)
  expect(found[4]).toBe(0)
})

test('anomalies: what is unlike the others scores lowest, and the labels are only measured by', async () => {
  const { trained } = await train('isolation-forest', { target: 'odd' }, { contamination: 0.02 })
  expect(trained.task).toBe('anomaly')
  expect(trained.classes).toEqual(['no', 'yes'])
  expect(trained.metrics.auc).toBeGreaterThan(0.95)
  expect(trained.metrics.recall).toBeGreaterThan(0.3)
  expect(trained.intervals.auc![0]).toBeLessThanOrEqual(trained.metrics.auc!)
  const found = trained.findings as Anomalies
  expect(found.below.train).toBe(8)
  expect(found.scores.counts.reduce((sum, each) => sum + each)).toBe(rows)
  const scores = found.rows.map(({ score }) => score)
  expect(scores).toEqual(scores.toSorted((a, b) => a - b))
  const [first] = found.rows
  expect(first!.row % 50).toBe(49)
  const weight = first!.unusual.find(({ column }) => column === 'weight')!
  expect(Math.abs((weight.value as number) - (weight.usual as number))).toBeGreaterThan(4)
})

test('anomalies without labels: the same model, and no metric that nothing stands behind', async () => {
  const { trained, out } = await train('isolation-forest', { exclude: ['odd'] })
  expect(trained.metrics).toEqual({})
  expect(trained.classes).toEqual(['normal', 'anomaly'])
  const predictor = await openPredictor(join(out, 'bundle'))
  try {
    expect(predictor.signature).toMatchObject({ target: null, classes: [], anomalyBelow: -0.5 })
    const [usual, odd] = await predictor.predictRows([
      { weight: 100, height: 0, colour: 'red' },
      { weight: 1e9, height: -1e9, colour: 'never seen' },
    ])
    expect(usual!.anomaly).toBe(false)
    expect(odd!.anomaly).toBe(true)
    expect(odd!.prediction).toBeGreaterThanOrEqual(-1)
  } finally {
    await predictor.close()
  }
  const recorded = await readTable(join(out, 'predictions.parquet'))
  expect(recorded.columns.map(({ name }) => name)).toEqual(['row', 'truth', 'p0', 'p1'])
})

test('clusters: the groups of the data, their sizes and what they are like in its own units', async () => {
  const { trained, out } = await train('k-means', { exclude: ['odd'] }, { clusters: 3 })
  expect(trained.metrics.silhouette).toBeGreaterThan(0.3)
  expect(trained.metrics.inertia).toBeGreaterThan(0)
  const found = trained.findings as Clusters
  const sizes = found.clusters.map(({ rows: { train: own } }) => own)
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
  expect(sizes.reduce((sum, each) => sum + each)).toBe(trained.rows!.train)
  const colour = found.columns.find(({ column }) => column === 'colour')!
  expect(colour.centres.toSorted()).toEqual(['blue', 'green', 'red'])
  expect(colour.told).toBeGreaterThan(0.7)
  const weight = found.columns.find(({ column }) => column === 'weight')!
  const red = weight.centres[colour.centres.indexOf('red')] as number
  const blue = weight.centres[colour.centres.indexOf('blue')] as number
  expect(blue - red).toBeGreaterThan(15)

  const predictor = await openPredictor(join(out, 'bundle'))
  try {
    const [answer] = await predictor.predictRows([{ weight: 100, height: 0, colour: 'red' }])
    expect(answer).toEqual({ prediction: found.clusters[colour.centres.indexOf('red')]!.cluster })
    expect(predictor.bundle.profile.predictions.map(({ name }) => name)).toEqual(['class'])
  } finally {
    await predictor.close()
  }
})

test('folds measure clusters too', async () => {
  const { trained } = await train('k-means', { folds: 3, exclude: ['odd'] }, { clusters: 3 })
  expect(trained.foldMetrics).toHaveLength(3)
  expect(trained.validationMetrics.silhouette).toBeGreaterThan(0.3)
})

test('more clusters than different rows are refused, and a label that has not two classes', async () => {
  const data: TrainingData = { ...wholeSample('diabetes'), train: Int32Array.of(1, 2, 3) }
  expect(fitDenseEncoder(data).width).toBeGreaterThan(1)
  await expect(fitTo('k-means', data, { clusters: 4 })).rejects.toThrow('Only 3 of the training rows are different')
  await expect(train('isolation-forest', { target: 'colour' })).rejects.toThrow('not normal and anomalous')
})

test('of two labels the rarer one is the anomaly, whatever they are called; one that is named goes first', () => {
  const labels = (codes: number[]): Table => ({
    rows: codes.length,
    columns: [{ name: 'label', type: 'text', kind: 'text', dictionary: ['ok', 'bad'], codes: Int32Array.from(codes) }],
  })
  const anomalous = (codes: number[], positive: string | null = null) =>
    readWithoutTarget(labels(codes), 'anomaly', { column: 'label', positive }).classes[1]
  expect(anomalous([0, 0, 0, 1])).toBe('bad')
  expect(anomalous([1, 1, 1, 0])).toBe('ok')
  expect(anomalous([0, 1])).toBe('ok')
  expect(anomalous([0, 0, 0, 1], 'ok')).toBe('ok')
})
