import { expect, test } from 'vitest'
import { countsFrom, pointsOf } from './threshold.ts'

const scores = { ofClass: [1, 0, 3], others: [4, 1, 1] }

test('a threshold gives the confusion matrix and the points on all curves', () => {
  const counts = countsFrom(scores, 1)
  expect(counts).toEqual({ truePositives: 3, falsePositives: 2, falseNegatives: 1, trueNegatives: 4 })
  expect(pointsOf(counts)).toEqual({ roc: [2 / 6, 3 / 4], precisionRecall: [3 / 4, 3 / 5], gain: [5 / 10, 3 / 4] })
})

test('above every score nothing is predicted, so there is no precision', () => {
  expect(pointsOf(countsFrom(scores, 3))).toEqual({ roc: [0, 0], precisionRecall: null, gain: [0, 0] })
})
