import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readFile } from '../read-fixture.ts'

// fixtures/clock-1900.xlsx and clock-1904.xlsx were written by openpyxl 3.1.5: the same cells, counted from 1900 and from 1904.
test.each(['clock-1900.xlsx', 'clock-1904.xlsx'])(
  'days and moments of %s are those of its calendar; times of day and durations are hours; what is an error is missing',
  async name => {
    const { names, types, rows } = await readFile(join(import.meta.dirname, '../fixtures', name), {})
    expect(names).toEqual(['day', 'moment', 'time', 'duration', 'share', 'error'])
    expect(types).toEqual(['date', 'datetime', 'number', 'integer', 'number', 'integer'])
    expect(rows.map(row => row.slice(0, 2))).toEqual([
      ['2024-02-27', '2024-01-31 23:45:30'],
      ['2024-02-28', '2024-01-31 23:52:30'],
      ['2024-02-29', '2024-01-31 23:59:30'],
      ['2024-03-01', '2024-02-01 00:06:30'],
    ])
    expect(rows.map(row => row[2])).toEqual([8.5, 8 + 31 / 60, 8 + 32 / 60, null])
    expect(rows.map(row => row[3])).toEqual(['30', '31', '32', '33'])
    expect(rows.map(row => row.slice(4))).toEqual([
      [0.125, '0'],
      [0.125, null],
      [0.125, '2'],
      [0.125, null],
    ])
  },
)
