import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NumericColumn, Table } from '../../../../shared/inference/table.ts'
import { type ForecastFindings, ForecastRequest } from '../../../../shared/model/forecast.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { openPredictor } from '../../runtime/index.ts'
import { checkColumns } from '../new-run.ts'
import { trainIn, writeData } from '../train-fixture.ts'
import { frameSeries } from './frame.ts'

const dayMs = 86_400_000
const start = Date.UTC(2024, 0, 1)
const [days, toCome] = [300, 10]
let folder: string

/** A week's rhythm; a promotion that adds 20 on its day, visitors of whom a quarter buy the day after, a text that says nothing; noise of 1. */
function sales(): Table {
  const random = new Pcg32(5)
  const all = days + toCome
  const promotion = Float64Array.from({ length: all }, () => Number(random.nextUint32() % 5 === 0))
  const visitors = Float64Array.from({ length: all }, () => random.nextUint32() % 40)
  const amount = Float64Array.from({ length: all }, (_, i) =>
    i < days
      ? 100 +
        [0, 2, 4, 6, 8, 20, 16][i % 7]! +
        20 * promotion[i]! +
        0.25 * (visitors[i - 1] ?? 0) +
        random.nextGaussian()
      : Number.NaN,
  )
  const numeric = (name: string, type: NumericColumn['type'], values: Float64Array) =>
    ({ name, type, kind: 'numeric', values }) satisfies NumericColumn
  return {
    rows: all,
    columns: [
      numeric(
        'day',
        'date',
        Float64Array.from({ length: all }, (_, i) => start + i * dayMs),
      ),
      numeric('promotion', 'boolean', promotion),
      numeric(
        'visitors',
        'integer',
        visitors.map((value, i) => (i < days ? value : Number.NaN)),
      ),
      {
        ...{ name: 'weather', type: 'text', kind: 'text', dictionary: ['sun', 'rain'] },
        codes: Int32Array.from({ length: all }, () => random.nextUint32() % 2),
      },
      numeric('amount', 'number', amount),
    ],
  }
}
const asked = (change: Partial<ForecastRequest> = {}) =>
  ForecastRequest.parse({ time: 'day', horizon: 7, known: ['promotion', 'weather'], past: ['visitors'], ...change })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-forecast-inputs-'))
  await writeData(folder, sales())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const firstRmse = (findings: unknown) => (findings as ForecastFindings).steps[0]!.rmse

test.each(['linear', 'gradient-boosting'])(
  '%s learns from what is known in advance and from other last values',
  async algorithm => {
    const alone = await train(algorithm, { time: 'day', horizon: 7 })
    const { trained, out } = await train(algorithm, asked())
    // Without them a promotion of 20 in one day of five, and visitors, are noise of about 9.
    expect(firstRmse(alone.trained.findings)).toBeGreaterThan(8)
    expect(firstRmse(trained.findings)).toBeLessThan(0.6 * firstRmse(alone.trained.findings))
    expect(trained.testRowsDigest).toBe(alone.trained.testRowsDigest)
    expect(trained.warnings).toContain('10 rows after the last "amount" were taken for times that are yet to come')

    const predictor = await openPredictor(join(out, 'bundle'))
    try {
      const { columns } = predictor.signature
      expect(columns.slice(0, 7)).toEqual([
        { name: 'day', type: 'date', about: 'the time that is foretold' },
        { name: 'step', type: 'integer', about: 'steps of 1 day ahead of the last value, 1 to 7' },
        { name: 'promotion', type: 'boolean', about: '"promotion" at the foretold time, known in advance' },
        {
          ...{ name: 'promotion[season 7]', type: 'boolean' },
          about: '"promotion" 7 steps before the foretold time, or as many times that as lead to what is known',
        },
        { name: 'weather', type: 'text', about: '"weather" at the foretold time, known in advance' },
        expect.objectContaining({ name: 'weather[season 7]', type: 'text' }),
        { name: 'amount[-1]', type: 'number', about: 'the last known "amount"' },
      ])
      expect(
        columns
          .filter(({ name }) => name.startsWith('visitors'))
          .map(({ about }) => about)
          .slice(0, 2),
      ).toEqual(['the last known "visitors"', '"visitors" 1 step before the last known'])
      expect(predictor.bundle.contract.columns.find(({ name }) => name === 'promotion')).toMatchObject({
        required: true,
        about: '"promotion" at the foretold time, known in advance',
      })
      const { columns: data } = sales()
      const last = (column: string) => {
        const { values } = data.find(({ name }) => name === column) as NumericColumn
        return columns
          .filter(({ name }) => name.startsWith(`${column}[`))
          .map(({ name }, k) => [name, values[days - 1 - k]!] as const)
      }
      const [, promotion, , weather] = data as [
        unknown,
        NumericColumn,
        unknown,
        Extract<Table['columns'][number], { kind: 'text' }>,
      ]
      const rows = Array.from({ length: 7 }, (_, i) => ({
        ...Object.fromEntries([...last('amount'), ...last('visitors')]),
        ...{ day: start + (days + i) * dayMs, step: i + 1, promotion: promotion.values[days + i] === 1 },
        weather: weather.dictionary[weather.codes[days + i]!]!,
        'promotion[season 7]': promotion.values[days + i - 7] === 1,
        'weather[season 7]': weather.dictionary[weather.codes[days + i - 7]!]!,
      }))
      const { future } = (trained.findings as ForecastFindings).series[0]!
      const answers = await predictor.predictRows(rows)
      answers.forEach(({ prediction }, i) => {
        expect(prediction).toBeCloseTo(future.value[i]!, 3)
      })
    } finally {
      await predictor.close()
    }
  },
)

test('last values of other columns are learned from as well', async () => {
  const known = await train('linear', asked({ horizon: 1, past: [] }))
  const { trained } = await train('linear', asked({ horizon: 1 }))
  expect(firstRmse(trained.findings)).toBeLessThan(0.7 * firstRmse(known.trained.findings))
})

test('times that come next without what is known in advance are said', () => {
  const { warnings } = frameSeries(sales(), 'amount', asked({ horizon: 14 }))
  expect(warnings[1]).toContain('Of 4 of the 14 times that come next there is no row that says "promotion", "weather"')
})

test('what is called known in advance and knows the answer is doubted', async () => {
  const table = sales()
  const amount = table.columns.at(-1) as NumericColumn
  await writeData(folder, { ...table, columns: [...table.columns, { ...amount, name: 'paid' }] })
  const { trained } = await train('linear', asked({ known: ['promotion', 'paid'] }))
  expect(trained.suspects).toMatchObject([{ kind: 'tells-target', column: 'paid' }])
  await writeData(folder, table)
})

test('inputs that are there already, or not at all, are named', () => {
  const version = { dataset: 'sales', version: 1, columns: [{ name: 'day' }, { name: 'amount' }] }
  const check = (change: Partial<ForecastRequest>) =>
    checkColumns(version as Parameters<typeof checkColumns>[0], {
      target: 'amount',
      exclude: [],
      forecast: asked(change),
    })
  expect(() => check({ past: ['amount'], known: [] })).toThrow(
    '"amount" cannot be a further input of the forecast: its last values',
  )
  expect(() => check({ past: [], known: ['day'] })).toThrow('"day" cannot be a further input')
  expect(() => check({ past: [], known: ['price'] })).toThrow('has no column "price"')
})

function train(algorithm: string, forecast: ForecastRequest | { time: string; horizon: number }) {
  return trainIn(folder, { target: 'amount', algorithm, forecast: ForecastRequest.parse(forecast) })
}
