import { expect, test } from 'vitest'
import { Blender } from './blender.ts'

const candidate = (trial: number, algorithm: string, score: number, refitSeconds = 1) => ({
  trial: {
    ...{ trial, algorithm, parameters: {}, share: 1, status: 'done' as const, score },
    ...{ startedAfter: trial, seconds: 1, error: null },
  },
  refitSeconds,
})

test('the best of each algorithm and the next best are weighed, and the rest is let go', () => {
  const blender = new Blender('auc')
  expect(blender.members()).toEqual([])
  // The forest is the worst of all, and the only one of its kind.
  expect(blender.add(candidate(1, 'forest', 0.5))).toEqual([])
  const gone = Array.from({ length: 50 }, (_, i) =>
    blender.add(candidate(i + 2, i % 2 ? 'linear' : 'trees', 0.6 + i / 1000)),
  )
  expect(gone.flat().map(({ trial }) => trial.trial)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  const members = blender.members().map(({ trial }) => trial.trial)
  expect(members).toHaveLength(16)
  expect(members.slice(0, 3)).toEqual([51, 50, 1])
  expect(members.slice(3)).toEqual(Array.from({ length: 13 }, (_, i) => 49 - i))
})

test('where less is better the least comes first, and what a blend takes is told, of eight of them at most', () => {
  const blender = new Blender('rmse')
  for (const [trial, score] of [3, 1, 2, 5, 4].entries()) blender.add(candidate(trial, 'linear', score, score))
  expect(blender.members().map(({ trial }) => trial.score)).toEqual([1, 2, 3, 4, 5])
  expect(blender.secondsOfBlend).toBe(1 + 2 + 3 + 4 + 5)
  for (const score of [6, 7, 8, 9, 10]) blender.add(candidate(score, 'linear', score, score))
  expect(blender.secondsOfBlend).toBe(8 * 5.5)
})
