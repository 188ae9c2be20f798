import { expect, test } from 'vitest'
import type { Table } from '../../../shared/inference/table.ts'
import { Pcg32 } from '../numerics/index.ts'
import type { Predict } from './importance.ts'
import { rowsOfWide, saidOfWide, screenColumns } from './screen-columns.ts'

const random = new Pcg32(5)
const table: Table = {
  rows: 60,
  columns: Array.from({ length: 420 }, (_, i) => ({
    ...{ name: `x${i}`, type: 'number', kind: 'numeric' },
    values: Float64Array.from({ length: 60 }, () => random.nextGaussian()),
  })),
}
/** What each column weighs; x404 tells nothing but where x7 is negative. */
const weights = new Map([
  [7, 2],
  [130, 0.5],
  [131, -1],
])

function asked(): { predict: Predict; calls: number[] } {
  const calls: number[] = []
  const predict: Predict = async ({ rows, columns }) => {
    calls.push(rows)
    const at = (place: number, row: number) => {
      const column = columns[place]!
      return column.kind === 'numeric' ? column.values[row]! : Number.NaN
    }
    return Float32Array.from({ length: rows }, (_, row) => {
      const sum = [...weights].reduce((total, [place, weight]) => total + weight * at(place, row), 0)
      return sum + (at(7, row) < 0 ? 0.1 * at(404, row) : 0)
    })
  }
  return { predict, calls }
}

test('the columns that a model goes by are found, most moving first, and blocks without any are asked once', async () => {
  const { predict, calls } = asked()
  const found = await screenColumns(table, predict, { most: 2, seed: 1, onProgress() {} })
  expect(found).toEqual({ kept: ['x7', 'x131'], others: ['x130', 'x404'] })
  // As they are, nine blocks, as they are, and the columns of three blocks, the last of which has 20.
  expect(calls).toHaveLength(1 + 9 + 1 + 50 + 50 + 20)
  expect(saidOfWide(found, 420)).toContain('Of 420 columns 4 move its answers: the 2 that')
  expect(await screenColumns(table, predict, { most: 2, seed: 1, onProgress() {} })).toEqual(found)
})

test('a model that says the same whatever it is asked goes by none', async () => {
  const constant: Predict = async ({ rows }) => new Float32Array(rows).fill(0.5)
  const found = await screenColumns(table, constant, { most: 2, seed: 1, onProgress() {} })
  expect(found).toEqual({ kept: [], others: [] })
})

test('of wide tables fewer rows are looked at', () => {
  expect(rowsOfWide(5000, 1000)).toBe(5000)
  expect(rowsOfWide(5000, 20_000)).toBe(1000)
  expect(rowsOfWide(160, 20_000)).toBe(160)
  expect(rowsOfWide(5000, 1_000_000)).toBe(100)
})
