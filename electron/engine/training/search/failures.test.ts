import { expect, test } from 'vitest'
import { refuseWhenAllFailed } from './failures.ts'

const failed = (message: string, mend?: string) => ({
  status: 'failed' as const,
  error: { code: 'out-of-memory', message, ...(mend ? { mend } : {}) },
})
const done = { status: 'done' as const, error: null }
const stopped = { status: 'stopped' as const, error: { code: 'cancelled', message: 'The budget was over' } }

test('when every trial fails the commonest reason is said, with its code and mend, and how common it is', () => {
  const trials = [failed('it is odd'), failed('too large', 'Buy memory.'), stopped, failed('too large', 'Buy memory.')]
  expect(() => refuseWhenAllFailed(trials)).toThrow(
    expect.objectContaining({
      code: 'out-of-memory',
      message: 'Every trial failed, 2 of 3 of them so: too large',
      mend: 'Buy memory.',
    }),
  )
})

test('one that ended well is enough, and what only ran out of time has not failed', () => {
  expect(() => refuseWhenAllFailed([failed('it is odd'), done])).not.toThrow()
  expect(() => refuseWhenAllFailed([stopped, stopped])).not.toThrow()
  expect(() => refuseWhenAllFailed([])).not.toThrow()
})
