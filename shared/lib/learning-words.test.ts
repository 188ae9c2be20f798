import { expect, test } from 'vitest'
import type { LearningCurve } from '../model/learning-curve.ts'
import { learningWords } from './learning-words.ts'

const point = (rows: number) => ({
  rows,
  draws: [0.8],
  mean: 0.8,
  interval: [0.7, 0.9] as [number, number],
  learned: 1,
})
const curveOf = (verdict: LearningCurve['lastDoubling']['verdict']): LearningCurve => ({
  ...{ run: 'run-a', metric: 'auc', testRows: 1200, points: [point(500), point(1000), point(2000)], seconds: 1 },
  lastDoubling: { metric: 'auc', difference: 0.0123, interval: [0.001, 0.0237], verdict },
})

test('the last doubling says whether more rows would help', () => {
  expect(learningWords(curveOf('better'))).toBe(
    'From 1,000 to 2,000 training rows the auc on 1,200 test rows changed by +0.012 (95 % interval +0.001 to +0.024): it is still getting better, so more rows would likely help.',
  )
  const falls = { ...curveOf('better'), metric: 'RMSE' }
  falls.lastDoubling = { ...falls.lastDoubling, difference: -17.04, interval: [-21.2, -0.0131] }
  expect(learningWords(falls)).toContain('changed by −17 (95 % interval −21 to −0.013)')
  expect(learningWords(curveOf('within noise'))).toContain('more rows alone would hardly help')
  expect(learningWords(curveOf('worse'))).toContain('more rows of this kind would not help')
})
