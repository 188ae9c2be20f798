import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Pcg32 } from '../numerics/index.ts'
import { likelyLabelErrors } from './worst-rows.ts'

/** By `label-errors.golden.py`: cleanlab 2.9.0 on scikit-learn 1.9.1's breast cancer data with 26 of 569 labels flipped. */
const golden = JSON.parse(readFileSync(new URL('./label-errors.golden.json', import.meta.url), 'utf8')) as {
  labels: string
  second: number[]
  flipped: number[]
  issues: number[]
}

function doubted(labels: number[], second: number[]): number[] {
  const truth = Float64Array.from(labels)
  const predictions = Float32Array.from(second.flatMap(probability => [1 - probability, probability]))
  const losses = new Float64Array(labels.length)
  const errors = likelyLabelErrors({ task: 'binary', truth, predictions, losses })
  return Array.from(errors.keys()).filter(row => errors[row] === 1)
}

test("labels that were flipped are found nearly as well as by cleanlab, and none is doubted that cleanlab's joint does not doubt", () => {
  const found = doubted(Array.from(golden.labels, Number), golden.second)
  const flipped = (rows: number[]) => rows.filter(row => golden.flipped.includes(row)).length
  expect(found.filter(row => !golden.issues.includes(row))).toEqual([])
  expect([golden.issues.length, flipped(golden.issues), golden.flipped.length]).toEqual([23, 22, 26])
  expect([found.length, flipped(found)]).toEqual([20, 19])
})

test('what a model of AUC 0.7 cannot tell is not taken for wrong labels', () => {
  const random = new Pcg32(1, 1)
  // Each label is drawn by its probability, so that none is wrong.
  const second = Array.from({ length: 1800 }, () => {
    const sum = Array.from({ length: 12 }, () => random.nextFloat()).reduce((a, b) => a + b, -6)
    return 1 / (1 + Math.exp(-0.8 * sum))
  })
  const labels = second.map(probability => Number(random.nextFloat() < probability))
  expect(doubted(labels, second).length).toBeLessThanOrEqual(18)
})
