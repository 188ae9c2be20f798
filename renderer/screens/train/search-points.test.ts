import { expect, test } from 'vitest'
import type { Trial } from '../../../shared/model/search.ts'
import { bestSoFar, pointSets } from './search-points.ts'

const trial = (place: number, score: number | null, changed: Partial<Trial> = {}): Trial => ({
  ...{ trial: place, algorithm: 'linear', parameters: {}, share: 1, status: score === null ? 'running' : 'done' },
  ...{ score, startedAfter: place, seconds: score === null ? null : 1, error: null },
  ...changed,
})

test('the best so far rises with full trials only, and goes on to the last one', () => {
  const trials = [
    trial(0, 0.5),
    trial(1, 0.7),
    trial(2, 0.9, { share: 1 / 3 }),
    trial(3, 0.6),
    trial(4, 0.8),
    trial(5, null),
  ]
  expect(bestSoFar(trials, 'auc')).toEqual([
    [2, 0.7],
    [5, 0.8],
    [5, 0.8],
  ])
  expect(bestSoFar(trials, 'rmse')).toEqual([
    [2, 0.7],
    [4, 0.6],
    [5, 0.6],
  ])
  expect(bestSoFar([trial(0, 0.5)], 'auc')).toEqual([])
})

test('each algorithm is a set of its own, apart what was tried on a part of the rows; the baseline and what runs are left out', () => {
  const trials = [trial(0, 0.5), trial(1, 0.7), trial(2, 0.9, { share: 1 / 3 }), trial(3, null)]
  expect(pointSets(trials)).toEqual([
    { name: 'linear', points: [[2, 0.7]] },
    { name: 'linear, part of the rows', points: [[3, 0.9]] },
  ])
})
