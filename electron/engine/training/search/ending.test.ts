import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import type { Trial } from '../../../../shared/model/search.ts'
import type { JobContext } from '../../jobs/index.ts'
import { Clock } from './clock.ts'
import { Ending, filesOf, isAsGood } from './ending.ts'
import type { TrialProcess } from './trial-process.ts'

const trial = { trial: 3, algorithm: 'linear', parameters: {}, seconds: 1 } as unknown as Trial

function endingOf(clock: Clock, asked = () => {}) {
  const signal = new AbortController().signal
  const context = { signal, finish: signal, temporaryFolder: tmpdir(), outFolder: tmpdir() } as unknown as JobContext
  const ended = { isAlive: false } as TrialProcess
  const open = () => {
    asked()
    return Promise.reject(new AppError('cancelled', 'It took longer'))
  }
  const files = (each: Trial) => filesOf(tmpdir(), each)
  return new Ending({ context, clock, bytes: 1, files }, ended, open)
}

test('where the time is over before a model is written, or none can be, what is there already is left; of the latter the reason is told', async () => {
  const told: Trial[] = []
  const over = endingOf(new Clock(0))
  expect(await over.writeAll([trial], null, each => told.push(each))).toEqual([])
  expect(told).toEqual([])
  expect(await endingOf(new Clock(1e6)).writeAll([{ ...trial }], null, each => told.push(each))).toEqual([])
  expect(told).toMatchObject([{ status: 'failed', error: { message: 'It took longer' } }])
})

test('a last fit is begun only where a model can still be written after it, and costs nothing else where it fails', async () => {
  const clock = new Clock(100)
  let asked = 0
  const ending = endingOf(clock, () => {
    asked += 1
  })
  clock.toOpen = 80_000
  expect(await ending.refit({ trial, refitSeconds: 1 })).toBe(false)
  expect(asked).toBe(0)
  clock.toOpen = 0
  expect(await ending.refit({ trial, refitSeconds: 1 })).toBe(false)
  expect(asked).toBe(1)
})

test('a blend is taken where it is no further behind than its error, whichever way is better', () => {
  const blend = (score: number) => ({ trial: { ...trial, score }, refitSeconds: 1, error: 0.02 })
  const best = { ...trial, score: 0.5 }
  const taken = [0.49, 0.47, 0.53].map(score => isAsGood(blend(score), best, 'auc'))
  expect(taken).toEqual([true, false, true])
  expect([0.51, 0.53, 0.47].map(score => isAsGood(blend(score), best, 'rmse'))).toEqual(taken)
})

test('what a last fit would take is kept for it where it can be had, and is left to trials where not', () => {
  const clock = new Clock(60)
  clock.toWrite = 2000
  const free = clock.forTrials(1)
  clock.toOpen = 2000
  clock.toRefit = 1000
  expect(clock.forTrials(1)).toBeCloseTo(free - 4500, -3)
  // A blend is made of what there is time for.
  clock.toRefit = 30_000
  clock.toRefitBest = 5000
  expect(clock.forTrials(1)).toBeCloseTo(free - 12_000, -3)
  clock.toRefitBest = 10_000
  expect(clock.forTrials(1)).toBeCloseTo(free, -3)
  clock.toRefitBest = 0
  clock.toOpen = 14_000
  expect(clock.forTrials(1)).toBeCloseTo(free, -3)
})

test('the first model may take the time of its last fit, later trials may not', () => {
  const clock = new Clock(60)
  clock.toOpen = 5000
  clock.toWrite = 2000
  expect(clock.forTrials(0) - clock.forTrials(1)).toBeGreaterThan(8000)
  expect(clock.left() - clock.forTrials(0)).toBeGreaterThan(2000)
  expect(clock.forTrials(0) - clock.afterAnother(0, 0.3)).toBeCloseTo(18_000, -2)
  // Where trials are counted there is no hurry.
  expect(new Clock(null).afterAnother(0, 0.3)).toBe(Number.POSITIVE_INFINITY)
})
