import { expect, test } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { whyNoVerdict } from './comparable.ts'

const run = (more: Partial<Run> = {}) => ({ status: 'done', testRowsDigest: 'sha256:1', target: 'y', ...more }) as Run

test('runs of the same test rows and target have a verdict', () => {
  expect(whyNoVerdict([run(), run(), run()])).toBeNull()
})

test('none without an end, on other rows, for another target, without recorded rows, or between too many', () => {
  expect(whyNoVerdict([run(), run({ status: 'running', testRowsDigest: null })])).toBe('notDone')
  expect(whyNoVerdict([run(), run({ testRowsDigest: 'sha256:2' })])).toBe('otherRows')
  expect(whyNoVerdict([run(), run({ target: 'z' })])).toBe('otherRows')
  expect(whyNoVerdict([run({ testRowsDigest: null }), run({ testRowsDigest: null })])).toBe('otherRows')
  expect(whyNoVerdict(Array.from({ length: 21 }, () => run()))).toBe('tooMany')
})
