import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppError } from '../../../../shared/errors.ts'
import type { NumericColumn, Table } from '../../../../shared/inference/table.ts'
import { type ForecastFindings, ForecastRequest } from '../../../../shared/model/forecast.ts'
import { readTable } from '../../datasets/index.ts'
import { evaluate, readPredictions } from '../../evaluation/index.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { openPredictor } from '../../runtime/index.ts'
import { trainIn, writeData } from '../train-fixture.ts'
import type { TrainSpec } from '../train-model.ts'
import { divideByOrigin, originFolds } from './divide.ts'
import { frameSeries, stretchesOf } from './frame.ts'
import { readFramed, refuseOtherForecast } from './framed.ts'

const dayMs = 86_400_000
const start = Date.UTC(2024, 0, 1)
const days = 400
let folder: string

/** Two shops, a week's rhythm that differs between them, a rise, and noise of 1. */
function sales(): Table {
  const random = new Pcg32(8)
  const rows = Array.from({ length: 2 * days }, (_, i) => ({ shop: i % 2, day: Math.floor(i / 2) }))
  const amount = rows.map(({ shop, day }) => {
    const rhythm = [0, 2, 4, 6, 8, 20, 16][(day + 3 * shop) % 7]!
    return 50 + 100 * shop + day * 0.2 + rhythm + random.nextGaussian()
  })
  return {
    rows: rows.length,
    columns: [
      { name: 'day', type: 'date', kind: 'numeric', values: Float64Array.from(rows, ({ day }) => start + day * dayMs) },
      {
        ...{ name: 'shop', type: 'text', kind: 'text', dictionary: ['north', 'south'] },
        codes: Int32Array.from(rows, ({ shop }) => shop),
      },
      { name: 'amount', type: 'number', kind: 'numeric', values: Float64Array.from(amount) },
    ],
  }
}
const asked = (change: Partial<ForecastRequest> = {}) =>
  ForecastRequest.parse({ time: 'day', series: 'shop', horizon: 14, ...change })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-forecast-'))
  await writeData(folder, sales())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function train(algorithm: string, change: Partial<TrainSpec> = {}) {
  return trainIn(folder, { ...{ target: 'amount', algorithm, forecast: asked() }, ...change })
}

/** The first rows of the table, changed. */
function changed(change: (columns: { day: Float64Array; amount: Float64Array }) => void, drop: number[] = []): Table {
  const table = sales()
  const kept = Array.from({ length: table.rows }, (_, row) => row).filter(row => !drop.includes(row))
  const columns = table.columns.map(column =>
    column.kind === 'text'
      ? { ...column, codes: Int32Array.from(kept, row => column.codes[row]!) }
      : { ...column, values: Float64Array.from(kept, row => column.values[row]!) },
  )
  const values = (name: string) => (columns.find(column => column.name === name) as { values: Float64Array }).values
  change({ day: values('day'), amount: values('amount') })
  return { rows: kept.length, columns }
}

test('the baseline answers what was one season before', async () => {
  const { trained } = await train('baseline')
  const found = trained.findings as ForecastFindings
  expect(found).toMatchObject({ every: '1 day', season: 7, lags: 14, isDate: true })
  expect(found.steps.map(({ step }) => step)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1))
  for (const { rmse, naiveRmse } of found.steps) expect(rmse).toBeCloseTo(naiveRmse, 5)
  // A rise of 0.2 a day: 1.4 over one week and 2.8 over two, beside the noise of two values.
  expect(found.steps[6]!.naiveRmse).toBeCloseTo(Math.sqrt(2 + 1.4 ** 2), 0)
  expect(found.steps[13]!.naiveRmse).toBeCloseTo(Math.sqrt(2 + 2.8 ** 2), 0)
  expect(trained.metrics.rmse).toBeGreaterThan(1.4)
})

test('the numbers of the backtest are those of scikit-learn 1.9.1 (root_mean_squared_error, mean_absolute_error)', async () => {
  const rhythm = [0, 1, 2, 3, 4, 12, 9]
  const amount = Float64Array.from({ length: 200 }, (_, i) => 50 + 0.2 * i + rhythm[i % 7]! + ((i * 7919) % 101) / 50)
  const own = join(folder, 'golden')
  await mkdir(own)
  await writeData(own, {
    rows: 200,
    columns: [
      { name: 'day', type: 'date', kind: 'numeric', values: amount.map((_, i) => start + i * dayMs) },
      { name: 'amount', type: 'number', kind: 'numeric', values: amount },
    ],
  })
  const forecast = ForecastRequest.parse({ time: 'day', horizon: 9 })
  const { trained } = await trainIn(own, { target: 'amount', algorithm: 'baseline', forecast })
  const golden = [
    [40, 1.626047355, 1.4335],
    [39, 1.570164127, 1.390769231],
    [38, 1.581012334, 1.398947368],
    [37, 1.592366928, 1.407567568],
    [36, 1.604265148, 1.416666667],
    [35, 1.616748059, 1.426285714],
    [34, 1.551807295, 1.377058824],
    [33, 2.989068974, 2.833333333],
    [32, 2.944100032, 2.79125],
  ]
  const { steps } = trained.findings as ForecastFindings
  expect(steps).toHaveLength(9)
  for (const [i, [rows, rmse, mae]] of golden.entries()) {
    const told = steps[i]!
    expect(told.rows).toBe(rows)
    for (const value of [told.rmse, told.naiveRmse]) expect(value).toBeCloseTo(rmse!, 4)
    for (const value of [told.mae, told.naiveMae]) expect(value).toBeCloseTo(mae!, 4)
  }
  expect(trained.metrics.rmse).toBeCloseTo(1.9475654317919893, 4)
  expect(trained.metrics.mae).toBeCloseTo(1.6894444444444447, 4)
})

test.each(['linear', 'gradient-boosting'])('%s beats it, and exports what takes the last values', async algorithm => {
  const { trained, out } = await train(algorithm)
  const found = trained.findings as ForecastFindings
  // What shares values is drawn together, here and wherever the run is held against another: rows alone would tell too much.
  const { truth, together, predictions } = await readPredictions(join(out, 'predictions.parquet'), {
    ...{ task: 'regression', classCount: 0 },
  })
  expect(new Set(together).size).toBeLessThan(truth.length / 14)
  const scored = { task: 'regression', classes: [], truth, predictions, seed: 3 } as const
  const ofRows = (await evaluate(scored)).intervals.rmse!
  expect(trained.intervals.rmse).toEqual((await evaluate({ ...scored, together })).intervals.rmse)
  expect(trained.intervals.rmse![1] - trained.intervals.rmse![0]).toBeGreaterThan(ofRows[1] - ofRows[0])
  const mean = (of: (each: ForecastFindings['steps'][number]) => number) =>
    found.steps.reduce((sum, each) => sum + of(each), 0) / found.steps.length
  expect(mean(({ rmse }) => rmse)).toBeLessThan(0.75 * mean(({ naiveRmse }) => naiveRmse))
  expect(mean(({ covered }) => covered)).toBeGreaterThan(0.6)
  const [north] = found.series
  expect(north!.future.time).toEqual(Array.from({ length: 14 }, (_, i) => start + (days + i) * dayMs))
  expect(north!.actual.time.at(-1)).toBe(start + (days - 1) * dayMs)
  north!.future.value.forEach((value, i) => {
    expect(north!.future.low[i]!).toBeLessThan(value)
    expect(north!.future.high[i]!).toBeGreaterThan(value)
  })

  const predictor = await openPredictor(join(out, 'bundle'))
  try {
    expect(predictor.signature.columns.map(({ name }) => name).slice(0, 5)).toEqual([
      'day',
      'shop',
      'step',
      'amount[-1]',
      'amount[-2]',
    ])
    const table = sales()
    const amount = (table.columns[2] as { values: Float64Array }).values
    const last = Array.from({ length: 14 }, (_, k) => [`amount[-${k + 1}]`, amount[2 * (days - 1 - k)]!])
    const rows = Array.from({ length: 14 }, (_, i) => ({
      ...Object.fromEntries(last),
      ...{ day: start + (days + i) * dayMs, shop: 'north', step: i + 1 },
    }))
    const answers = await predictor.predictRows(rows)
    answers.forEach(({ prediction }, i) => {
      expect(prediction).toBeCloseTo(north!.future.value[i]!, 3)
    })
  } finally {
    await predictor.close()
  }
  const recorded = await readTable(join(out, 'predictions.parquet'))
  expect(recorded.rows).toBe(trained.rows!.test)
})

test('nothing is learned from what is foretold: parts and folds follow each other in time', () => {
  const frame = frameSeries(sales(), 'amount', asked())
  const split = divideByOrigin(frame)
  const timeOf = (row: number) => frame.origins[row]! + frame.steps[row]!
  const most = (rows: Int32Array) => Math.max(...Array.from(rows, timeOf))
  const least = (rows: Int32Array) => Math.min(...Array.from(rows, row => frame.origins[row]!))
  expect(least(split.validation)).toBeGreaterThanOrEqual(most(split.train))
  expect(least(split.test)).toBeGreaterThanOrEqual(most(split.validation))
  const folds = originFolds(frame, split, 4)
  expect(folds).toHaveLength(4)
  for (const { train: learned, validation } of folds) expect(least(validation)).toBeGreaterThanOrEqual(most(learned))
  expect(Math.max(...folds.map(({ validation }) => most(validation)))).toBeLessThanOrEqual(least(split.test))
})

test('the same rows are read as a model takes them that looks further back or less far', async () => {
  const own = frameSeries(sales(), 'amount', asked())
  const work = { parquetFile: join(folder, 'data.parquet'), target: 'amount', forecast: asked() }
  const names = ['step', ...Array.from({ length: 20 }, (_, k) => `amount[-${k + 1}]`)]
  const { table, values } = await readFramed(work, names)
  expect(table.rows).toBe(own.table.rows)
  expect(values).toEqual(own.values)
  const of = (from: Table, name: string) => (from.columns.find(each => each.name === name) as NumericColumn).values
  expect(of(table, 'amount[-14]')).toEqual(of(own.table, 'amount[-14]'))
  const row = own.origins.findIndex((origin, i) => origin === 30 && own.ofSeries[i] === 0)
  expect(of(table, 'amount[-20]')[row]).toBe(own.series[0]!.values[11])
  expect(stretchesOf(own, Int32Array.of(row))).toEqual(Int32Array.of(Math.floor((30 + own.steps[row]!) / 14)))
  await expect(readFramed(work, ['price'])).rejects.toThrow('The model takes "price", which the rows')
  expect(() => refuseOtherForecast(asked({ horizon: 7 }), asked())).toThrow(
    'foretells 7 steps of "day" for each "shop"',
  )
  expect(() => refuseOtherForecast(asked(), null)).toThrow('the other does not')
  expect(() => refuseOtherForecast(asked(), asked({ horizon: 7 }))).not.toThrow()
})

test('folds are origins that roll on, with a fit each', async () => {
  const { trained } = await train('linear', { folds: 3 })
  expect(trained.foldMetrics).toHaveLength(3)
  expect(trained.validationMetrics.rmse).toBeLessThan(2)
})

test('gaps are named with a way out, and each way is taken', () => {
  const gap = changed(() => {}, [200, 300])
  expect(() => frameSeries(gap, 'amount', asked())).toThrow(
    'There is no row for 2024-04-10 of "north", and 1 more are missing',
  )
  const missing = frameSeries(gap, 'amount', asked({ gaps: 'missing' }))
  expect(missing.series[0]!.values[100]).toBeNaN()
  const carried = frameSeries(gap, 'amount', asked({ gaps: 'previous' }))
  expect(carried.series[0]!.values[100]).toBe(carried.series[0]!.values[99])
  expect(() =>
    frameSeries(
      changed(({ amount }) => (amount[4] = Number.NaN)),
      'amount',
      asked(),
    ),
  ).toThrow('Row 5 has no "amount" at 2024-01-03 of "north"')
})

test('repeated times are named with a way out, and each way is taken', () => {
  const twice = changed(({ day, amount }) => {
    day[2] = day[0]!
    amount[2] = amount[0]! + 10
  })
  const frame = (repeated: ForecastRequest['repeated']) =>
    frameSeries(twice, 'amount', asked({ gaps: 'missing', repeated })).series[0]!.values[0]!
  expect(() => frame('refuse')).toThrow('Rows 1 and 3 are both of 2024-01-01 of "north"')
  const own = frame('last') - 10
  expect(frame('mean')).toBeCloseTo(own + 5, 9)
  expect(frame('sum')).toBeCloseTo(2 * own + 10, 9)
  ;(twice.columns[2] as NumericColumn).values[0] = Number.NaN
  for (const way of ['mean', 'sum', 'last'] as const) expect(frame(way)).toBeCloseTo(own + 10, 9)
})

test('a change of clocks is no gap where steps are days, and is thought of where they are hours', () => {
  const local = changed(({ day }) => {
    day.forEach((time, row) => {
      day[row] = time - (row > 300 && row < 600 ? 2 : 1) * 3_600_000
    })
  })
  const { grid, series } = frameSeries(local, 'amount', asked())
  expect(grid.every).toBe('1 day')
  expect(series.map(({ values }) => values.length)).toEqual([days, days])
  const hourly = (spring: number) =>
    changed(({ day }) => {
      day.forEach((_, row) => {
        const hour = Math.floor(row / 2)
        day[row] = start + (hour + (hour > 50 ? spring : 0)) * 3_600_000
      })
    })
  const mend = (spring: number) => {
    try {
      frameSeries(hourly(spring), 'amount', asked())
    } catch (error) {
      return `${(error as AppError).message} ${(error as AppError).mend}`
    }
    return 'taken'
  }
  expect(mend(1)).toMatch(/There is no row for 2024-01-03 .* If it is a change of clocks, import the times in UTC/)
  expect(mend(-1)).toMatch(/are both of 2024-01-03 .* If it is a change of clocks, import the times in UTC/)
})

test('rows behind the last value are yet to come; a target without any value is refused', () => {
  const tail = changed(({ amount }) => {
    amount.fill(Number.NaN, 700)
  })
  const frame = frameSeries(tail, 'amount', asked())
  expect(frame.series.map(({ values }) => values.length)).toEqual([350, 350])
  expect(frame.warnings).toEqual(['100 rows after the last "amount" were taken for times that are yet to come'])
  const one = changed(({ amount }) => {
    amount.set(amount.map((value, row) => (row % 2 ? Number.NaN : value)))
  })
  expect(frameSeries(one, 'amount', asked()).warnings).toEqual(['1 series without a single value were left out'])
  const none = changed(({ amount }) => {
    amount.fill(Number.NaN)
  })
  expect(() => frameSeries(none, 'amount', asked())).toThrow('"amount" has no value at any time')
})

test('times between two steps are named; months are counted by the calendar', () => {
  const off = changed(({ day }) => {
    day[6] = day[6]! + dayMs / 2
  })
  expect(() => frameSeries(off, 'amount', asked())).toThrow('Row 7: "day" lies between two steps of 1 day')
  const monthly = changed(({ day }) => {
    day.forEach((_, row) => {
      day[row] = Date.UTC(2000, Math.floor(row / 2) + 1, 0)
    })
  })
  const { grid, season } = frameSeries(monthly, 'amount', asked({ horizon: 12 }))
  expect(grid.every).toBe('1 month')
  expect(season).toBe(12)
  expect(new Date(grid.timeOf(1)).toISOString().slice(0, 10)).toBe('2000-02-29')
})

test('times in years and parts of them have a year for their season', () => {
  const quarters = changed(({ day }) => {
    day.forEach((_, row) => {
      day[row] = Number((1949 + Math.floor(row / 2) / 4).toFixed(6))
    })
  })
  const table = {
    ...quarters,
    columns: quarters.columns.map(column => (column.name === 'day' ? { ...column, type: 'number' as const } : column)),
  } as typeof quarters
  const { grid, season } = frameSeries(table, 'amount', asked({ horizon: 4 }))
  expect({ every: grid.every, season, second: grid.timeOf(1) }).toEqual({ every: '1/4', season: 4, second: 1949.25 })
})

test('a series that is too short is refused with what it takes', () => {
  const frame = frameSeries(sales(), 'amount', asked({ horizon: 200 }))
  expect(() => divideByOrigin(frame)).toThrow('400 times are too few to learn and test 200 steps ahead')
})

test('a time that is far from all others is refused by its row before the steps between them are made', () => {
  const seconds = Array.from({ length: 100 }, (_, row) => start + row * 1000)
  seconds[40] = Date.UTC(2200, 0, 1)
  const time = Float64Array.from(seconds)
  const table: Table = {
    rows: time.length,
    columns: [
      { name: 'at', type: 'datetime', kind: 'numeric', values: time },
      { name: 'load', type: 'number', kind: 'numeric', values: Float64Array.from(time.keys()) },
    ],
  }
  expect(() => frameSeries(table, 'load', asked({ time: 'at', series: undefined, gaps: 'missing' }))).toThrow(
    /^Row 41: "at" is 2200-01-01 00:00:00; .* steps of 1 second/,
  )
})
