import { expect, test } from 'vitest'
import { contributionsOf } from './contributions.ts'
import type { RawRow } from './signature.ts'

const numberOf = (row: RawRow, name: string) => Number(row[name])
const never = () => {
  throw new Error('nothing is to be drawn')
}
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test('three columns that work together: the values of shap 0.51.0', async () => {
  // ExactExplainer of shap on the one background row (1, 2, 3, 4), asked for (2, 5, −1, 4).
  const formula = (row: RawRow) => [
    numberOf(row, 'a') * numberOf(row, 'b') + numberOf(row, 'c') ** 2 * numberOf(row, 'a') - 3 * numberOf(row, 'd'),
    Math.tanh(numberOf(row, 'a') - numberOf(row, 'c')),
  ]
  const told = await contributionsOf(
    { a: 2, b: 5, c: -1, d: 4 },
    { a: 1, b: 2, c: 3, d: 4 },
    async rows => rows.map(formula),
    never,
  )
  expect(told.isExact).toBe(true)
  const of = Object.fromEntries(told.parts.map(({ column, values }) => [column, values]))
  expect(Object.keys(of).sort()).toEqual(['a', 'b', 'c'])
  const shap = { a: [8.5, 0.1167302988654828], b: [4.5, 0], c: [-11.999999999999998, 1.8423520348970646] }
  for (const [column, values] of Object.entries(shap)) {
    values.forEach((value, k) => {
      expect(of[column]![k]).toBeCloseTo(value, 9)
    })
  }
  for (const k of [0, 1]) {
    const sum = told.parts.reduce((all, { values }) => all + values[k]!, 0)
    expect(sum).toBeCloseTo(told.answer[k]! - told.base[k]!, 12)
  }
})

test('a row like the baseline has no parts', async () => {
  const row = { a: 1, b: null, c: 'x' }
  const told = await contributionsOf(row, { ...row }, async rows => rows.map(() => [0.3, 0.7]), never)
  expect(told).toEqual({ base: [0.3, 0.7], answer: [0.3, 0.7], parts: [], isExact: true })
})

test('many columns: parts add up exactly, errors hold what is known, the largest comes first', async () => {
  const count = 24
  const names = Array.from({ length: count }, (_, i) => `x${i}`)
  const row = Object.fromEntries(names.map((name, i) => [name, i % 5 === 4 ? null : i + 1]))
  const baseline = Object.fromEntries(names.map(name => [name, 0]))
  let asked = 0
  // A sum, and one product of two columns that is shared out between them.
  const answer = async (rows: RawRow[]) => {
    asked += rows.length
    return rows.map(each => [
      names.reduce((sum, name) => sum + numberOf(each, name), 0) + numberOf(each, 'x0') * numberOf(each, 'x7'),
    ])
  }
  const told = await contributionsOf(row, baseline, answer, drawing(3))
  expect(told.isExact).toBe(false)
  expect(asked).toBeLessThan(17_000)
  const total = told.parts.reduce((sum, { values }) => sum + values[0]!, 0)
  expect(total).toBeCloseTo(told.answer[0]! - told.base[0]!, 9)
  for (const { column, values, errors } of told.parts) {
    const own = Number(row[column])
    const exact = own + (column === 'x0' || column === 'x7' ? 8 / 2 : 0)
    expect(Math.abs(values[0]! - exact)).toBeLessThanOrEqual(4 * errors[0]! + 1e-9)
  }
  expect(told.parts[0]!.column).toBe('x23')
  expect(told.parts.find(({ column }) => column === 'x4')!.values[0]).toBeCloseTo(0, 9)
})
