import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Table, TableColumn } from '../../../../shared/inference/table.ts'
import { ForecastRequest } from '../../../../shared/model/forecast.ts'
import { comparePaired, evaluate, readPredictions } from '../../evaluation/index.ts'
import { trainIn, writeData } from '../train-fixture.ts'
import { divideByOrigin } from './divide.ts'
import { frameSeries, stretchesOf } from './frame.ts'
import { scaleOf } from './intervals.ts'

/** By `forecast.golden.py`; the file names the libraries and their versions. */
interface Golden {
  request: { horizon: number; season: number; lags: number; known: string[] }
  l2: number
  series: number[]
  days: number[]
  value: number[]
  promotion?: number[]
  /** Of the test rows, by series, origin and step. */
  predictions: number[]
  metrics: Record<string, number>
}
const names = ['monthly', 'daily'] as const
let golden: Record<(typeof names)[number], Golden>
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-twin-'))
  golden = JSON.parse(await readFile(join(import.meta.dirname, 'forecast.golden.json'), 'utf8'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function tableOf({ series, days, value, promotion }: Golden): Table {
  const numbers = (name: string, values: number[]): TableColumn => ({
    ...{ name, type: 'number', kind: 'numeric' },
    values: Float64Array.from(values),
  })
  const columns: TableColumn[] = [
    { name: 'time', type: 'date', kind: 'numeric', values: Float64Array.from(days, day => day * 86_400_000) },
    numbers('value', value),
  ]
  if (new Set(series).size > 1) {
    columns.push({ name: 'shop', type: 'text', kind: 'text', dictionary: ['0', '1'], codes: Int32Array.from(series) })
  }
  if (promotion) columns.push(numbers('promotion', promotion))
  return { rows: value.length, columns }
}
const requestOf = ({ request, series }: Golden) =>
  ForecastRequest.parse({ time: 'time', ...(new Set(series).size > 1 ? { series: 'shop' } : {}), ...request })

test.each(names)('%s: a linear forecast answers as scikit-learn does on lags that pandas makes', async name => {
  const own = golden[name]
  await writeData(folder, tableOf(own))
  const { out } = await trainIn(folder, {
    ...{ target: 'value', algorithm: 'linear', parameters: { l2: own.l2 }, forecast: requestOf(own) },
  })
  const file = join(out, 'predictions.parquet')
  const { predictions } = await readPredictions(file, { task: 'regression', classCount: 0 })
  expect(predictions).toHaveLength(own.predictions.length)
  own.predictions.forEach((value, i) => {
    expect(Math.abs(predictions[i]! - value)).toBeLessThan(1e-6 * Math.abs(value))
  })
})

test.each(names)('%s: forecasts are measured as sktime, utilsforecast and scikit-learn measure them', async name => {
  const own = golden[name]
  const frame = frameSeries(tableOf(own), 'value', requestOf(own))
  const { train, test: rows } = divideByOrigin(frame)
  const predictions = Float32Array.from(own.predictions)
  const bounds = [
    Float64Array.from(predictions, (answer, i) => answer - 1.5 - 0.1 * frame.steps[rows[i]!]!),
    Float64Array.from(predictions, answer => answer + 2.25),
  ] as const
  const scored = { task: 'regression', classes: [], truth: Float64Array.from(rows, row => frame.values[row]!) } as const
  const foretold = { scale: scaleOf(frame, train, rows), bounds }
  const together = stretchesOf(frame, rows)
  const { metrics, intervals } = await evaluate({ ...scored, predictions, foretold, together, seed: 1 })
  for (const [id, value] of Object.entries(own.metrics)) {
    expect(Math.abs(metrics[id]! - value), id).toBeLessThan(1e-9)
    expect(intervals[id]![0], id).toBeLessThan(value)
    expect(intervals[id]![1], id).toBeGreaterThan(value)
  }

  // A wider interval holds more: nearer to 80 % than another one's share, or further from it.
  const wider = [bounds[0].map(value => value - 1), bounds[1].map(value => value + 1)] as const
  const differences = await comparePaired({
    ...{ ...scored, baseline: predictions, candidate: predictions, together, seed: 1 },
    foretold: [foretold, { ...foretold, bounds: wider }],
  })
  const wide = (await evaluate({ ...scored, predictions, foretold: { ...foretold, bounds: wider }, seed: 1 })).metrics
  const found = differences.find(({ metric }) => metric === 'interval-coverage')!
  expect(found.difference).toBeCloseTo(wide['interval-coverage']! - own.metrics['interval-coverage']!, 12)
  expect(differences.find(({ metric }) => metric === 'mase')).toMatchObject({ difference: 0, verdict: 'within noise' })
})

test('what cannot be scaled by has no such metric', async () => {
  const scored = { task: 'regression', classes: [], truth: Float64Array.of(1, 2), seed: 1 } as const
  const of = async (scale: number[]) =>
    (await evaluate({ ...scored, predictions: Float32Array.of(2, 2), foretold: { scale: Float64Array.from(scale) } }))
      .metrics
  expect((await of([2, 4])).mase).toBe(0.25)
  for (const scale of [
    [2, 0],
    [2, Number.NaN],
  ])
    expect(await of(scale)).not.toHaveProperty('mase')
  expect(await of([2, 4])).not.toHaveProperty('interval-coverage')
})
