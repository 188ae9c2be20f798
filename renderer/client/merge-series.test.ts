import { expect, test } from 'vitest'
import { addPoints, mergeSeries, withoutEnded } from './merge-series.ts'

const loss = (...points: [step: number, value: number][]) =>
  points.map(([step, value]) => ({ key: 'loss', step, value }))
const curve = (...points: [number, number][]) => ({
  key: 'loss',
  steps: points.map(([step]) => step),
  values: points.map(([, value]) => value),
})

test('points go behind those that are there, and leave what was drawn before as it was', () => {
  const first = addPoints(undefined, [...loss([1, 5], [2, 4]), { key: 'auc', step: 1, value: 0.5 }])
  expect(first).toEqual({ loss: curve([1, 5], [2, 4]), auc: { key: 'auc', steps: [1], values: [0.5] } })
  const second = addPoints(first, loss([3, 3]))
  expect(second.loss).toEqual(curve([1, 5], [2, 4], [3, 3]))
  expect(first.loss).toEqual(curve([1, 5], [2, 4]))
  expect(second.auc).toBe(first.auc)
})

test('a resumed run goes over steps again', () => {
  const before = addPoints(undefined, loss([1, 5], [2, 4], [3, 3], [4, 2]))
  expect(addPoints(before, loss([3, 9], [4, 8])).loss).toEqual(curve([1, 5], [2, 4], [3, 9], [4, 8]))
})

test('a hundred thousand points at a time are copied once', () => {
  const many = loss(...Array.from({ length: 100_000 }, (_, i): [number, number] => [i, -i]))
  const { loss: told } = addPoints(addPoints(undefined, many.slice(0, 50_000)), many.slice(50_000))
  expect(told!.steps).toHaveLength(100_000)
  expect([told!.steps.at(-1), told!.values.at(-1)]).toEqual([99_999, -99_999])
})

test('what is kept and what came since are one curve, and a gap in either is filled by the other', () => {
  const kept = [curve([1, 5], [2, 4], [4, 2], [7, 1]), { key: 'auc', steps: [1], values: [0.5] }]
  const [merged, auc, fresh] = mergeSeries(kept, [
    curve([2, 40], [3, 30], [5, 20]),
    { key: 'rmse', steps: [1], values: [3] },
  ])
  expect(merged).toEqual(curve([1, 5], [2, 40], [3, 30], [4, 2], [5, 20], [7, 1]))
  expect(auc).toBe(kept[1])
  expect(fresh!.key).toBe('rmse')
  expect(mergeSeries([], [curve([1, 1])])).toEqual([curve([1, 1])])
})

test('points of runs that have ended are let go, those of others stay', () => {
  const live = { a: addPoints(undefined, loss([1, 5])), b: addPoints(undefined, loss([1, 4])) }
  const runs = [
    { run: 'a', endedAt: 7 },
    { run: 'b', endedAt: null },
    { run: 'c', endedAt: 9 },
  ]
  expect(withoutEnded(live, runs)).toEqual({ b: live.b })
  expect(withoutEnded(live, runs.slice(1))).toBe(live)
})
