import { expect, test } from 'vitest'
import type { Trial } from '../../../../shared/model/search.ts'
import { Blender } from './blender.ts'

const trial = (place: number, algorithm: string, score: number | null, changed: Partial<Trial> = {}): Trial => ({
  ...{ trial: place, algorithm, parameters: { x: place }, share: 1, status: 'done', score },
  ...{ startedAfter: place, seconds: 1, error: null },
  ...changed,
})
const baseline = trial(0, 'baseline', 0.5)
const scores = [0.7, 0.9, 0.8, 0.6, 0.85, 0.99, 0.75, 0.72, 0.71, 0.73]
const trials = [
  baseline,
  ...scores.map((score, i) => trial(i + 1, i % 2 ? 'linear' : 'trees', score, i === 5 ? { share: 1 / 3 } : {})),
]
const membersOf = (blender: Blender, left: number) => {
  const attempt = blender.next(trials, left, 'auc')
  return (
    attempt && (JSON.parse(attempt.parameters.members as string) as { algorithm: string; parameters: { x: number } }[])
  )
}

test('the best of each algorithm and the next best are blended, full trials only, once, when time is short', () => {
  const blender = new Blender(null)
  expect(membersOf(blender, 60_000)).toBeNull()
  expect(membersOf(blender, 8500)?.map(({ parameters }) => parameters.x)).toEqual([2, 5, 3, 7, 10])
  expect(membersOf(blender, 8500)).toBeNull()
})

test('what would not fit into the time left is not begun', () => {
  expect(membersOf(new Blender(null), 4000)).toBeNull()
})

test('where trials are counted it is the last of them, and nothing where they are few', () => {
  expect(membersOf(new Blender(20), Number.POSITIVE_INFINITY)).toBeNull()
  expect(membersOf(new Blender(11), Number.POSITIVE_INFINITY)).toHaveLength(5)
  expect(new Blender(3).next(trials.slice(0, 3), Number.POSITIVE_INFINITY, 'auc')).toBeNull()
})
