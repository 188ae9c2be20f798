import { expect, test } from 'vitest'
import type { ScoreHistogram } from '../model/evaluation.ts'
import { bestThreshold, costsOf, type ErrorCosts, resampleScores } from './error-cost.ts'

function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
const find = (scores: ScoreHistogram, costs: ErrorCosts, seed: number) =>
  bestThreshold(scores, resampleScores(scores, drawing(seed)), costs)

/** Scores of perfectly calibrated rows: in bin i of 100 a share of (i + ½)/100 is of the class. */
const calibrated = (rows: number) => ({
  ofClass: Array.from({ length: 100 }, (_, i) => Math.round((rows * (i + 0.5)) / 100)),
  others: Array.from({ length: 100 }, (_, i) => Math.round(rows * (1 - (i + 0.5) / 100))),
})

test('the cost of every threshold counts each error once', () => {
  const costs = costsOf({ ofClass: [1, 0, 3], others: [4, 1, 1] }, { falsePositive: 2, falseNegative: 5 })
  expect(Array.from(costs, cost => cost * 10)).toEqual([12, 9, 7, 20].map(value => expect.closeTo(value, 9)))
})

test('of calibrated scores the best threshold is cost of a false positive over the sum of both (Elkan 2001)', () => {
  for (const [falsePositive, falseNegative] of [
    [1, 1],
    [1, 4],
    [9, 1],
  ] as const) {
    const exact = falsePositive / (falsePositive + falseNegative)
    const found = find(calibrated(10_000), { falsePositive, falseNegative }, 1)
    expect(Math.abs(found.bin / 100 - exact)).toBeLessThanOrEqual(0.01)
    expect(found.binInterval[0] / 100).toBeLessThanOrEqual(exact + 0.01)
    expect(found.binInterval[1] / 100).toBeGreaterThanOrEqual(exact - 0.01)
    expect(found.costInterval[0]).toBeLessThan(found.cost)
    expect(found.costInterval[1]).toBeGreaterThan(found.cost)
  }
})

test('fewer rows make both intervals wider', () => {
  const costs = { falsePositive: 1, falseNegative: 3 }
  const [few, many] = [10, 10_000].map(rows => find(calibrated(rows), costs, 2))
  const width = ([low, high]: [number, number]) => high - low
  expect(width(few!.binInterval)).toBeGreaterThan(2 * width(many!.binInterval))
  expect(width(few!.costInterval)).toBeGreaterThan(10 * width(many!.costInterval))
})

test('errors of one kind that cost nothing are all made, and no error costs nothing', () => {
  const scores = { ofClass: [0, 2, 8], others: [5, 1, 0] }
  expect(find(scores, { falsePositive: 0, falseNegative: 1 }, 3)).toMatchObject({ bin: 0, cost: 0 })
  const perfect = { ofClass: [0, 0, 0, 9], others: [9, 0, 0, 0] }
  const found = find(perfect, { falsePositive: 1, falseNegative: 1 }, 4)
  expect(found).toMatchObject({ bin: 2, cost: 0, costInterval: [0, 0] })
})
