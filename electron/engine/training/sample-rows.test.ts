import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTable } from '../datasets/index.ts'
import { Pcg32 } from '../numerics/index.ts'
import { trainIn, writeData } from './train-fixture.ts'

const rows = 40_000
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-sample-'))
  const random = new Pcg32(5)
  const amount = Float64Array.from({ length: rows }, () => random.nextGaussian())
  await writeData(folder, {
    rows,
    columns: [
      { name: 'amount', type: 'number', kind: 'numeric', values: amount },
      // Tells its row, so that what is read can be held against where it is said to lie.
      { name: 'twice', type: 'number', kind: 'numeric', values: amount.map((value, row) => 2 * value + (row % 3)) },
    ],
  })
})
afterAll(() => rm(folder, { recursive: true }))

const train = (sampleRows: number | null, seed = 3) =>
  trainIn(folder, { algorithm: 'linear', target: 'twice', sampleRows, seed })
const rowsOf = async (out: string, file: string) => {
  const [row, truth] = (await readTable(join(out, file))).columns
  return { row: [...(row as { values: Float64Array }).values], truth: [...(truth as { values: Float64Array }).values] }
}

test('a training on a sample says so, splits the rows drawn, and names each by its place in the dataset', async () => {
  // More than are named one by one.
  const { trained, out } = await train(15_000)
  expect(trained.rows).toEqual({ train: 9000, validation: 3000, test: 3000 })
  expect(trained.warnings).toContainEqual(expect.stringContaining('15,000 rows, drawn from all 40,000'))
  const split = (await readTable(join(out, 'split.parquet'), { columns: ['row'] })).columns[0]!
  const drawn = [...(split as { values: Float64Array }).values]
  expect(new Set(drawn).size).toBe(15_000)
  // Of each half of the file about half.
  expect(drawn.filter(row => row < rows / 2).length / 15_000).toBeCloseTo(0.5, 1)
  const tested = await rowsOf(out, 'predictions.parquet')
  const read = await readTable(join(folder, 'data.parquet'), { columns: ['twice'], rows: Int32Array.from(tested.row) })
  expect(tested.truth).toEqual([...(read.columns[0] as { values: Float64Array }).values])
  const again = await train(15_000)
  expect(again.trained.testRowsDigest).toBe(trained.testRowsDigest)
  expect((await train(15_000, 4)).trained.testRowsDigest).not.toBe(trained.testRowsDigest)
})

test('where there are no more rows all are taken, and nothing is said', async () => {
  const all = await train(null)
  const { trained } = await train(rows)
  expect(trained).toEqual({ ...all.trained, seconds: expect.any(Number) })
})

test('a forecast is not learned from a sample', async () => {
  const forecast = { time: 'amount', horizon: 1, gaps: 'refuse', repeated: 'refuse' } as never
  const refused = trainIn(folder, { algorithm: 'linear', target: 'twice', sampleRows: 1000, forecast })
  await expect(refused).rejects.toMatchObject({ code: 'bad-input' })
})
