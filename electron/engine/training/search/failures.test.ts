import { expect, test } from 'vitest'
import { failureOf, unwrittenOf } from './failures.ts'

const failed = (message: string, mend?: string) => ({
  status: 'failed' as const,
  error: { code: 'out-of-memory', message, ...(mend ? { mend } : {}) },
})
const done = { status: 'done' as const, error: null }
const stopped = { status: 'stopped' as const, error: { code: 'cancelled', message: 'The budget was over' } }

test('when every trial fails the causes are counted, the commonest first, whose code and mend are taken', () => {
  const large = (megabytes: number) => failed(`it held ${megabytes} MB`, 'Buy memory.')
  const trials = [failed('it is odd'), large(812), stopped, large(807)]
  expect(failureOf(trials)).toMatchObject({
    code: 'out-of-memory',
    message: 'Every trial failed, and only the baseline is left. 2 of 3: it held 812 MB; 1 of 3: it is odd',
    mend: 'Buy memory.',
  })
  const many = failureOf(['a', 'b', 'c', 'd', 'e', 'a'].map(message => failed(message)))
  expect(many!.message).toMatch(/2 of 6: a; 1 of 6: b; 1 of 6: c; 2 of 6 for other causes$/)
})

test('one that ended well is enough, and what only ran out of time has not failed', () => {
  expect(failureOf([failed('it is odd'), done])).toBe(null)
  expect(failureOf([stopped, stopped])).toBe(null)
  expect(failureOf([])).toBe(null)
})

test('where models were found and none could be written, the reason of the best is told', () => {
  const error = { code: 'disk-full', message: 'No space is left', mend: 'Make room.' } as const
  expect(unwrittenOf([{ status: 'failed', error }])).toMatchObject({
    ...error,
    message: expect.stringContaining('No space is left'),
  })
  expect(unwrittenOf([{ status: 'done', error: null }])).toBeNull()
})
