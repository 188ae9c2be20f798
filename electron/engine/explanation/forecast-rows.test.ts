import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableColumn } from '../../../shared/inference/table.ts'
import { ForecastRequest } from '../../../shared/model/forecast.ts'
import { createTableWriter } from '../datasets/index.ts'
import { type Framed, readFramed } from '../training/index.ts'
import { calendarOf, forecastGroups, worstWindows } from './forecast-rows.ts'

const hours = 96
const asked = ForecastRequest.parse({ time: 'at', series: 'shop', horizon: 3, season: 2, lags: 4, known: ['price'] })
let folder: string
let framed: Framed

/** Two shops from Monday, 1 January 2024: the value is the hour, and 1,000 more in the south. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-forecast-rows-'))
  const rows = 2 * hours
  const cells = (of: (hour: number, shop: number) => number) =>
    Float64Array.from({ length: rows }, (_, i) => of(Math.floor(i / 2), i % 2))
  const columns: TableColumn[] = [
    { name: 'at', type: 'datetime', kind: 'numeric', values: cells(hour => Date.UTC(2024, 0, 1) + hour * 3_600_000) },
    {
      ...{ name: 'shop', type: 'text', kind: 'text', dictionary: ['north', 'south'] },
      codes: Int32Array.from({ length: rows }, (_, i) => i % 2),
    },
    { name: 'price', type: 'number', kind: 'numeric', values: cells(hour => hour % 5) },
    { name: 'amount', type: 'number', kind: 'numeric', values: cells((hour, shop) => hour + 1000 * shop) },
  ]
  const parquetFile = join(folder, 'data.parquet')
  const writer = await createTableWriter(parquetFile, columns)
  await writer.append({ rows, columns })
  await writer.close()
  framed = await readFramed({ parquetFile, target: 'amount', forecast: asked }, ['at', 'shop', 'step', 'price'])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('last values are shuffled all together and each alone, those of another column together', () => {
  const columns = ['day', 'step', 'price', 'y[-1]', 'y[-2]', 'visitors[-1]', 'visitors[-2]']
  const forecast = ForecastRequest.parse({ time: 'day', horizon: 2, known: ['price'], past: ['visitors'] })
  expect(forecastGroups(columns, 'y', forecast)).toEqual([
    ['y[-1]', 'y[-2]'],
    ['y[-1]'],
    ['y[-2]'],
    ['visitors[-1]', 'visitors[-2]'],
    ['day'],
    ['step'],
    ['price'],
  ])
  const many = forecastGroups(
    Array.from({ length: 90 }, (_, k) => `y[-${k + 1}]`),
    'y',
    ForecastRequest.parse({ time: 'day', horizon: 2 }),
  )
  expect(many.map(({ length }) => length)).toEqual([90, ...Array.from({ length: 30 }, () => 3)])
})

test('rows are told apart by step, series, what is known in advance, and the calendar of the foretold time', () => {
  const { frame } = framed
  const row = frame.origins.findIndex((origin, i) => origin === 50 && frame.steps[i] === 2 && frame.ofSeries[i] === 1)
  const told = calendarOf(framed, Int32Array.of(row, 0), asked)
  const cell = (name: string) => {
    const column = told.columns.find(each => each.name === name)!
    return column.kind === 'text' ? column.dictionary[column.codes[0]!] : column.values[0]
  }
  // Hour 52 is four o'clock on the Wednesday. All are of one month, which tells nothing apart.
  expect(told.columns.map(({ name }) => name)).toEqual(['step', 'shop', 'price', 'hour of at', 'weekday of at'])
  expect(told.columns.map(({ name }) => cell(name))).toEqual([2, 'south', 2, '04:00', 'Wednesday'])
})

test('the worst windows come first, beside the value of one season before', () => {
  const { frame } = framed
  const at = (series: number, origin: number) =>
    Array.from(frame.origins.keys()).filter(row => frame.ofSeries[row] === series && frame.origins[row] === origin)
  const rows = Int32Array.from([...at(0, 60), ...at(1, 61)])
  expect(rows).toHaveLength(6)
  const windows = worstWindows(framed, rows, Float64Array.of(1, 2, 3, 30, 20, 10))
  // Two hours before for the first two steps, four for the third: (4 + 4 + 16) / 3.
  const naiveLoss = expect.closeTo(8, 9)
  const time = (hour: number) => Date.UTC(2024, 0, 1) + hour * 3_600_000
  expect(windows).toEqual([
    { series: 'south', after: time(61), rows: 3, loss: expect.closeTo(20, 9), naiveLoss },
    { series: 'north', after: time(60), rows: 3, loss: expect.closeTo(2, 9), naiveLoss },
  ])
})
