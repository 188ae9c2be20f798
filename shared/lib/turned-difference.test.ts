import { expect, test } from 'vitest'
import { turnedDifference } from './turned-difference.ts'

test('what one is less the other is turned with its interval and its verdict, and back', () => {
  const told = {
    metric: 'auc',
    difference: -0.02,
    interval: [-0.05, -0.01] as [number, number],
    verdict: 'worse' as const,
  }
  const turned = turnedDifference(told)
  expect(turned).toEqual({ metric: 'auc', difference: 0.02, interval: [0.01, 0.05], verdict: 'better' })
  expect(turnedDifference(turned)).toEqual(told)
})
