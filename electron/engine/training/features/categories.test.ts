import { expect, test } from 'vitest'
import type { TextColumn } from '../../../../shared/inference/table.ts'
import { findTexts } from './categories.ts'

/** A text of so many values, each in as many rows as the others. */
function columnOf(values: number, rows: number): TextColumn {
  const dictionary = Array.from({ length: values }, (_, i) => `v${i}`)
  return {
    ...{ name: 'shop', type: 'text', kind: 'text', dictionary },
    codes: Int32Array.from({ length: rows }, (_, row) => row % values),
  }
}
const all = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row)

test('few rows tell many values apart, many rows no more than fit into memory', () => {
  expect(findTexts([columnOf(300, 3000)], all(3000)).width).toBe(300)
  expect(findTexts([columnOf(3000, 9000)], all(9000)).width).toBe(1000)
  expect(findTexts([columnOf(300, 600_000)], all(600_000)).width).toBe(100)
})
