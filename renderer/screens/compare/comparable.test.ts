import { expect, test } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { alikeAmong, isSameTest, whyNoVerdict } from './comparable.ts'

const run = (more: Partial<Run> = {}) =>
  ({ status: 'done', testRowsDigest: 'sha256:1', target: 'y', task: 'binary', classes: ['no', 'yes'], ...more }) as Run

test('runs of the same test rows and target have a verdict', () => {
  expect(whyNoVerdict([run(), run(), run()])).toBeNull()
})

test('none without an end, on other rows, for another target, or without recorded rows', () => {
  expect(whyNoVerdict([run(), run({ status: 'running', testRowsDigest: null })])).toBe('notDone')
  expect(whyNoVerdict([run(), run({ testRowsDigest: 'sha256:2' })])).toBe('unalike')
  expect(whyNoVerdict([run(), run({ target: 'z' })])).toBe('unalike')
  expect(whyNoVerdict([run({ testRowsDigest: null }), run({ testRowsDigest: null })])).toBe('unalike')
})

test('the same rows with another target, another task, other classes or another positive class are not the same test', () => {
  const others = [{ target: 'z' }, { task: 'regression' as const }, { classes: ['yes', 'no'] }, { classes: ['a', 'b'] }]
  expect(others.map(other => isSameTest(run(), run(other)))).toEqual([false, false, false, false])
  expect(isSameTest(run(), run())).toBe(true)
  expect(isSameTest(run({ testRowsDigest: null }), run({ testRowsDigest: null }))).toBe(false)
})

test('runs are told in groups of those that can be compared, in their order', () => {
  const [a, b, c, d] = [
    run({ run: 'a' }),
    run({ run: 'b', target: 'z' }),
    run({ run: 'c' }),
    run({ run: 'd', classes: [] }),
  ]
  expect(alikeAmong([a!, b!, c!, d!]).map(group => group.map(each => each.run))).toEqual([['a', 'c'], ['b'], ['d']])
})
