import { expect, test } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { changedRuns, filterAmong, takeIn } from './take-in.ts'

const run = (id: string, createdAt: number, metrics: Run['metrics'] = {}, status: Run['status'] = 'done') =>
  ({ run: id, createdAt, metrics, status }) as Run
const ids = (runs: readonly Run[]) => runs.map(each => each.run).join('')

test('what came and what changed its state is found; where one was taken away all are asked for', () => {
  const before = [run('b', 2, {}, 'running'), run('a', 1)]
  expect(changedRuns(before, before)).toEqual([])
  expect(changedRuns(before, [run('c', 3, {}, 'queued'), run('b', 2), run('a', 1)])).toEqual(['c', 'b'])
  expect(changedRuns(before, [run('c', 3), run('b', 2, {}, 'running')])).toEqual(['c'])
  expect(changedRuns(before, [run('a', 1)])).toBe(null)
  expect(changedRuns(before, [])).toBe(null)
  const many = Array.from({ length: 101 }, (_, i) => run(`r${i}`, 10 + i))
  expect(changedRuns(before, [...many, ...before])).toBe(null)
})

test('the filter is asked of the changed runs alone', () => {
  expect(filterAmong(' ', ['a', 'b'])).toBe("(run = 'a' or run = 'b')")
  expect(filterAmong('seed = 1 or seed = 2', ['a'])).toBe("(seed = 1 or seed = 2) and (run = 'a')")
})

test('changed runs stand where the engine would put them', () => {
  const runs = [run('c', 3, { auc: 0.7, rmse: 1 }), run('b', 2, { auc: 0.9, rmse: 3 }), run('a', 1)]
  const fresh = [run('d', 4, { auc: 0.8, rmse: 2 })]
  expect(ids(takeIn(runs, ['d'], fresh, null))).toBe('dcba')
  expect(ids(takeIn([runs[1]!, runs[0]!, runs[2]!], ['d'], fresh, 'auc'))).toBe('bdca')
  expect(ids(takeIn(runs, ['d'], fresh, 'rmse'))).toBe('cdba')
  expect(ids(takeIn([runs[1]!, runs[0]!, runs[2]!], ['c'], [run('c', 3)], 'auc'))).toBe('bca')
  expect(ids(takeIn(runs, ['b'], [], null))).toBe('ca')
  const held = [run('c', 3, { 'interval-coverage': 0.81 }), run('b', 2, { 'interval-coverage': 1 })]
  expect(ids(takeIn(held, ['d'], [run('d', 4, { 'interval-coverage': 0.7 })], 'interval-coverage'))).toBe('cdb')
  expect(ids(takeIn(runs, ['e'], [run('e', 3)], null))).toBe('ecba')
})
